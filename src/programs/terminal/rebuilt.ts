/** What a replay has found, under the names that users know: a projection's own may be others. */
import { publicTables } from "../../domain/catalog.ts"
import type { TableDigest } from "../../services/Replay.ts"
import { count, plural } from "./output.ts"
import { table } from "./table.ts"

/** Where a projection is not called what its table is. */
const TABLE_OF: Readonly<Record<string, string>> = { orderbooks: "orderbook_snapshots" }

/** What the program keeps for its own use, though a query could read it. */
const OWN: ReadonlySet<string> = new Set(["historical_cutoff"])

const PUBLIC: ReadonlySet<string> = new Set(
  publicTables.map(({ name }) => name).filter((name) => !OWN.has(name))
)

/** `999,999,999,999`. */
const ROWS_COLUMNS = 15
const SHA256_SHOWN = 16

export const rebuiltLines = (tables: ReadonlyArray<TableDigest>): ReadonlyArray<string> => {
  const named = tables.flatMap(({ rows, sha256, table }) => {
    const name = TABLE_OF[table] ?? table
    return PUBLIC.has(name) ? [[name, count(rows).padStart(ROWS_COLUMNS), sha256.slice(0, SHA256_SHOWN)]] : []
  })
  const own = tables.length - named.length
  return [
    ...table(["table", "rows".padStart(ROWS_COLUMNS), "sha256"], named).split("\n"),
    ...(own === 0 ? [] : [`and ${plural(own, "table")} of the program's own`])
  ]
}
