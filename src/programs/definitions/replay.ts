import { program, type ValuesOf } from "../cli/definition.ts"
import { flag } from "../cli/option.ts"
import * as shared from "./shared.ts"

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  verify: flag("Rebuild beside the tables and compare every one; change nothing, lock nobody out")
}

export type Values = ValuesOf<typeof options>

export const replay = program({
  name: "replay",
  group: "Prove",
  summary: "Rebuild every table from the log, or prove that they are what the log says",
  options,
  load: () => import("../commands/replay.ts")
})
