import { program, type ValuesOf } from "../cli/definition.ts"
import { flag, option, text } from "../cli/option.ts"
import { age } from "../cli/time.ts"
import * as shared from "./shared.ts"

const keep = (table: string, usual: string) =>
  option({
    value: "AGE",
    about: `How long ${table} keeps its rows, such as 1y, 6mo, 30d or 12h`,
    otherwise: usual,
    parse: age
  })

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  apply: flag("Remove; without it nothing changes, and the report says what would be removed"),
  exported: option({
    value: "FOLDER",
    about: "Folder of the Parquet export that must hold the rows",
    otherwise: "exports/ in the data directory",
    parse: text
  }),
  vacuum: flag("With --apply: make the file smaller too. Needs as much free disk as the database is large"),
  keepPrices: keep("price_snapshots", "365 days"),
  keepOrderbooks: keep("orderbook_snapshots", "30 days")
}

export type Values = ValuesOf<typeof options>

export const prune = program({
  name: "prune",
  group: "Keep in order",
  summary: "Remove old rows that an export holds",
  description:
    "Removes table rows that are past their keep and in the Parquet export; never the log. Freed pages are used again by what is recorded next: the file does not get smaller without --vacuum.",
  options,
  exitCodes: { 1: "failed, or rows past their keep stay because no export holds them" },
  examples: [
    { command: "prune --data-dir demo-data", about: "what would go, and what not; nothing is changed" },
    {
      command: "prune --keep-prices 6mo --apply --data-dir demo-data",
      about: "remove prices older than six months"
    }
  ],
  load: () => import("../commands/prune.ts")
})
