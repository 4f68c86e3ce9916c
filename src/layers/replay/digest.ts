/**
 * What a projection has in its tables, in one hash over those of its tables. Replay gives every market and every text
 * the same number again, so the tables themselves are compared, not the views.
 */
import { createHash } from "node:crypto"
import { Array as Arr, Effect } from "effect"
import { MARKET_COLUMN, type Projection, type Table } from "../../domain/read/projection.ts"
import type { TableDigest } from "../../services/Replay.ts"
import type { Digest, KeyedTable, Pending, Snapshot } from "../sqlite/database/Snapshot.ts"

const NUMBERS: KeyedTable = { name: "market_numbers", columns: ["market", "ticker"], key: ["market"] }
const TEXTS: KeyedTable = { name: "shared_texts", columns: ["text", "digest", "content"], key: ["text"] }

const own = (table: Table): KeyedTable =>
  table.kind === "facts"
    ? { ...table, key: table.order ?? table.key }
    : { ...table, key: table.columns.slice(0, 1) }

/** Tables that a projection fills without naming them. */
const companions = (table: Table): ReadonlyArray<KeyedTable> => [
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
const storedBy = ({ tables }: Projection): ReadonlyArray<KeyedTable> =>
  unique([...tables.map(own), ...tables.flatMap(companions)])

const unique = (tables: ReadonlyArray<KeyedTable>): ReadonlyArray<KeyedTable> => [
  ...new Map(tables.map(({ columns, key, name }) => [name, { columns, key, name }])).values()
]

/** Of each projection, from those of the tables. The last of its own tables says how many rows it has. */
const digestsOf = (
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

/** Asks for all of them. A table is read once: nearly all projections share the numbers of markets. */
export const askDigests =
  (projections: ReadonlyArray<Projection>) =>
  (snapshot: Snapshot): Effect.Effect<Pending<ReadonlyArray<TableDigest>>> =>
    Effect.gen(function* () {
      const tables = unique(projections.flatMap(storedBy))
      const names = tables.map(({ name }) => name)
      const pending = yield* Effect.forEach(tables, snapshot.digest)
      return Effect.map(Effect.all(pending), (digests) =>
        digestsOf(projections, new Map(Arr.zip(names, digests)))
      )
    })
