import { family, program, type ValuesOf } from "../cli/definition.ts"
import { argument, flag, integer, option, optionOr } from "../cli/option.ts"
import { age } from "../cli/time.ts"
import * as shared from "./shared.ts"

const common = { dataDir: shared.dataDir, json: shared.json }
const seq = integer(1)

const listOptions = {
  ...common,
  from: option({ value: "SEQ", about: "First seq", otherwise: "the newest rows", parse: seq }),
  limit: optionOr("50", { value: "N", about: "How many rows at the most", parse: seq })
}

const showOptions = {
  ...common,
  body: flag("The body alone, byte for byte as it was received")
}

const verifyOptions = {
  ...common,
  from: optionOr("1", { value: "SEQ", about: "First seq", parse: seq }),
  to: option({ value: "SEQ", about: "Last seq", otherwise: "the end of the log", parse: seq }),
  sinceLast: flag(
    "Only what came after the last verification that found nothing: new segments, new rows, and the sizes of the other segments"
  )
}

const archiveOptions = {
  ...common,
  olderThan: optionOr("2d", {
    value: "AGE",
    about: "How old an observation is at the least, such as 2d or 12h; 0s seals all",
    parse: age
  })
}

export type ArchiveValues = ValuesOf<typeof archiveOptions>
export type ListValues = ValuesOf<typeof listOptions>
export type ShowValues = ValuesOf<typeof showOptions>
export type VerifyValues = ValuesOf<typeof verifyOptions>

const list = program({
  name: "list",
  group: "Look",
  summary: "List rows of the log, without bodies",
  options: listOptions,
  examples: [
    { command: "log list --limit 5 --data-dir demo-data", about: "the newest five answers" },
    { command: "log list --from 1 --limit 5 --data-dir demo-data", about: "the first five" }
  ],
  load: async () => ({ run: (await import("../commands/log.ts")).runList })
})

const show = program({
  name: "show",
  group: "Look",
  summary: "Show one row of the log, or its exact bytes",
  options: showOptions,
  examples: [
    { command: "log show 1 --data-dir demo-data", about: "what was asked, when, and what came" },
    { command: "log show 1 --body --data-dir demo-data", about: "the answer as it was received, to the byte" }
  ],
  argument: argument("SEQ", "The row's number", seq),
  load: async () => ({ run: (await import("../commands/log.ts")).runShow })
})

const verify = program({
  name: "verify",
  group: "Prove",
  summary: "Recompute the hashes of every stored byte and column, in SQLite and in the archive",
  options: verifyOptions,
  exitCodes: { 1: "the log is not what was written; stderr says where" },
  examples: [
    { command: "log verify --data-dir demo-data", about: "the whole log" },
    { command: "log verify --since-last --data-dir demo-data", about: "what is new, every day" }
  ],
  load: async () => ({ run: (await import("../commands/log.ts")).runVerify })
})

const archive = program({
  name: "archive",
  group: "Keep in order",
  summary: "Move old observations into the archive",
  description:
    "Writes observations into Parquet files below archive/, reads them back from the disk, compares every byte, and only then removes them from kalshi.db. Works beside a recorder. Every program reads both as one log.",
  options: archiveOptions,
  examples: [
    { command: "log archive --data-dir demo-data", about: "what is older than two days" },
    { command: "log archive --older-than 0s --data-dir demo-data", about: "everything" }
  ],
  load: async () => ({ run: (await import("../commands/log-archive.ts")).runArchive })
})

export const log = family({
  name: "log",
  group: "Prove",
  summary: "List, show, verify and archive recorded answers",
  programs: [list, show, verify, archive]
})
