import { program, type ValuesOf } from "../cli/definition.ts"
import * as shared from "./shared.ts"

const options = { dataDir: shared.dataDir, json: shared.json }

export type Values = ValuesOf<typeof options>

export const init = program({
  name: "init",
  group: "Keep in order",
  summary: "Make a data directory, or bring one to this version's shape",
  options,
  load: () => import("../commands/init.ts")
})
