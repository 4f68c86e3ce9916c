import { program, type ValuesOf } from "../cli/definition.ts"
import { optionOr } from "../cli/option.ts"
import { age } from "../cli/time.ts"
import { someOf } from "../cli/words.ts"
import { keepHot } from "./prune.ts"
import * as shared from "./shared.ts"

/** The steps, in their order. A test checks that they are those of the service. */
export const stepNames = ["flush", "compact", "archive", "prune"] as const

export const olderThan = optionOr("2d", {
  value: "AGE",
  about: "How old an answer must be to go from SQLite into the archive, such as 2d or 12h; 0s takes all",
  parse: age
})

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  keepHot,
  olderThan,
  steps: optionOr(stepNames.join(","), {
    value: "STEPS",
    about: `Which steps, comma-separated: ${stepNames.join(", ")}`,
    otherwise: "all",
    parse: someOf("step", stepNames)
  })
}

export type Values = ValuesOf<typeof options>

export const maintain = program({
  name: "maintain",
  group: "Keep in order",
  summary: "Flush, compact, archive and prune",
  description:
    "What collect does by itself: writes new rows into the lake, merges its small files, moves old answers of the log into the archive, and removes rows from SQLite that are older than --keep-hot and provably in the lake. Works beside a recorder. A step that fails does not stop those after it.",
  options,
  exitCodes: { 1: "a step failed; the others were taken" },
  examples: [
    { command: "maintain --data-dir demo-data", about: "all steps" },
    {
      command: "maintain --steps archive --older-than 12h --data-dir demo-data",
      about: "seal what is older than half a day"
    }
  ],
  load: () => import("../commands/maintain.ts")
})
