import { program, type ValuesOf } from "../cli/definition.ts"
import { flag, option, text } from "../cli/option.ts"
import * as shared from "./shared.ts"

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  verify: flag("Rebuild beside the tables and compare every one; change nothing, lock nobody out"),
  restorePruned: flag("Rebuild what prune has removed, too, and forget the cut-offs: the log has every row"),
  scratch: option({
    value: "FOLDER",
    about: "With --verify: where the tables are rebuilt, about as large as the database",
    otherwise: "the data directory, or the temporary files if it may only be read",
    parse: text
  })
}

export type Values = ValuesOf<typeof options>

export const replay = program({
  name: "replay",
  group: "Prove",
  summary: "Rebuild every table from the log, or prove that they are what the log says",
  options,
  load: () => import("../commands/replay.ts")
})
