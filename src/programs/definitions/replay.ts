import { program, type ValuesOf } from "../cli/definition.ts"
import { flag, integer, option, text } from "../cli/option.ts"
import { moment } from "../cli/time.ts"
import * as shared from "./shared.ts"

/** Each worker takes some 400 MB of memory, and more workers than cores gain nothing. */
const WORKERS_MAX = 64

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  verify: flag("Rebuild beside the tables and compare every one; change nothing, lock nobody out"),
  restorePruned: flag("Rebuild what prune has removed, too, and forget the cut-offs: the log has every row"),
  until: option({
    value: "SEQ|TIME",
    about: "Make the tables as they were: of the log up to this seq, or of what had come by this time (UTC)",
    parse: (words) => (/^[1-9]\d*$/.test(words) ? { seq: Number(words) } : moment(words))
  }),
  output: option({
    value: "FOLDER",
    about: "With --until: the new folder for those tables, which query reads as its --data-dir",
    parse: text
  }),
  scratch: option({
    value: "FOLDER",
    about: "With --verify: where the tables are rebuilt, about as large as the database",
    otherwise: "the data directory, or the temporary files if it may only be read",
    parse: text
  }),
  workers: option({
    value: "N",
    about:
      "Replay the log in N ranges at the same time, each in a process of its own of about 400 MB of memory",
    otherwise: "one for each core, fewer for a small log",
    parse: integer(1, WORKERS_MAX)
  })
}

export type Values = ValuesOf<typeof options>

export const replay = program({
  name: "replay",
  group: "Prove",
  summary: "Rebuild the tables from the log, or compare them",
  description:
    "The log holds every answer; the tables are made of it. Without --verify they are made anew, which nothing may record beside. With --verify they are made anew elsewhere and compared row by row.",
  options,
  exitCodes: { 1: "failed; with --verify: a table is not what the log says" },
  examples: [
    { command: "replay --verify --data-dir demo-data", about: "prove that the tables are what the log says" },
    { command: "replay --data-dir demo-data", about: "make the tables anew" },
    {
      command: "replay --data-dir demo-data --until 20 --output then",
      about: "make the tables as they were after the twentieth answer"
    }
  ],
  load: () => import("../commands/replay.ts")
})
