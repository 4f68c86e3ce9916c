/** Formats the result of a replay, with tables under the names that users know. */
import { publicTables } from "../../domain/read/catalog.ts"
import type { TableDigest } from "../../services/Replay.ts"
import { count, plural } from "./output.ts"
import { tableLines } from "./table.ts"

/** The public table of a projected table, if the names differ. */
const TABLE_OF: Readonly<Record<string, string>> = { orderbooks: "orderbook_snapshots" }

/** Tables for internal use. They can be queried, but are not listed. */
const OWN: ReadonlySet<string> = new Set(["historical_cutoff"])

const PUBLIC: ReadonlySet<string> = new Set(
  publicTables.map(({ name }) => name).filter((name) => !OWN.has(name))
)

/** The width of a row count: `999,999,999,999`. */
const ROWS_COLUMNS = 15
const SHA256_SHOWN = 16

export const rebuiltLines = (tables: ReadonlyArray<TableDigest>): ReadonlyArray<string> => {
  const named = tables.flatMap(({ rows, sha256, table }) => {
    const name = TABLE_OF[table] ?? table
    return PUBLIC.has(name) ? [[name, count(rows), sha256.slice(0, SHA256_SHOWN)]] : []
  })
  const own = tables.length - named.length
  return [
    ...tableLines(["table", { name: "rows".padStart(ROWS_COLUMNS), isRight: true }, "sha256"], named),
    ...(own === 0 ? [] : [`and ${plural(own, "table")} of the program's own`])
  ]
}
