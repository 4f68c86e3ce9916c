import { program, type ValuesOf } from "../cli/definition.ts"
import { optionOr } from "../cli/option.ts"
import { age } from "../cli/time.ts"
import * as shared from "./shared.ts"

export const keepHot = optionOr("7d", {
  value: "AGE",
  about: "How long prices, books, trades and candles stay in SQLite, such as 7d or 12h",
  parse: age
})

const options = { dataDir: shared.dataDir, json: shared.json, keepHot }

export type Values = ValuesOf<typeof options>

export const prune = program({
  name: "prune",
  group: "Keep in order",
  summary: "Remove old rows that the lake holds from SQLite",
  description:
    "Removes rows of prices, books, trades and candles that are older than --keep-hot, after each has been found in the Parquet files of the lake; never the log. Works beside a recorder. Freed pages are used again by what is recorded next: the file does not get smaller.",
  options,
  exitCodes: { 1: "failed, or old rows stay because the lake does not hold them" },
  examples: [
    { command: "prune --keep-hot 30d --data-dir demo-data", about: "keep the rows of thirty days in SQLite" }
  ],
  load: () => import("../commands/prune.ts")
})
