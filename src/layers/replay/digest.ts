/**
 * What a projection has in its tables, in one hash: over the rows of each table in key order, as SQLite writes them
 * in JSON. Replay gives every market and every text the same number again, so the tables themselves are compared,
 * not the views.
 */
import { createHash } from "node:crypto"
import { MARKET_COLUMN, type Projection, type Table } from "../../domain/projection.ts"
import type { TableDigest } from "../../services/Replay.ts"

export interface StoredTable {
  readonly name: string
  readonly columns: ReadonlyArray<string>
  readonly key: ReadonlyArray<string>
}

export interface Digest {
  readonly rows: number
  readonly sha256: string
}

const NUMBERS: StoredTable = { name: "market_numbers", columns: ["market", "ticker"], key: ["market"] }
const TEXTS: StoredTable = { name: "shared_texts", columns: ["text", "digest", "content"], key: ["text"] }

const own = (table: Table): StoredTable =>
  table.kind === "facts" ? table : { ...table, key: table.columns.slice(0, 1) }

/** Tables that a projection fills without naming them. */
const companions = (table: Table): ReadonlyArray<StoredTable> => [
  ...(table.kind === "entities"
    ? [
        {
          name: `${table.name}_seen`,
          columns: [table.columns[0] as string, "final", "observed_at", "seq", "digest"],
          key: table.columns.slice(0, 1)
        }
      ]
    : []),
  ...(table.kind === "entities" && table.shared !== undefined ? [TEXTS] : []),
  ...(table.columns.includes(MARKET_COLUMN) ? [NUMBERS] : [])
]

/** Its own first, as it names them; each once. */
const storedBy = ({ tables }: Projection): ReadonlyArray<StoredTable> =>
  unique([...tables.map(own), ...tables.flatMap(companions)])

const unique = (tables: ReadonlyArray<StoredTable>): ReadonlyArray<StoredTable> => [
  ...new Map(tables.map(({ columns, key, name }) => [name, { columns, key, name }])).values()
]

/** Of all of them, each once: nearly all share the numbers of markets. */
export const storedTables = (projections: ReadonlyArray<Projection>): ReadonlyArray<StoredTable> =>
  unique(projections.flatMap(storedBy))

/** Of each projection, from those of the tables. The last of its own tables says how many rows it has. */
export const digestsOf = (
  projections: ReadonlyArray<Projection>,
  found: ReadonlyMap<string, Digest>
): ReadonlyArray<TableDigest> =>
  projections.map((projection) => {
    const hasher = createHash("sha256")
    for (const { name } of storedBy(projection)) hasher.update(`${name} ${found.get(name)?.sha256}\n`)
    const counted = projection.tables.at(-1)?.name ?? ""
    return {
      table: projection.name,
      rows: found.get(counted)?.rows ?? 0,
      sha256: hasher.digest("hex")
    }
  })
