/**
 * Digests of what projections have stored. A replay gives every market and every text the same number again, so
 * the stored tables themselves are compared, not the views.
 */
import { createHash } from "node:crypto"
import { Array as Arr, Effect } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import type { Projection } from "../../domain/read/projection.ts"
import { storedTables } from "../../domain/read/schema.ts"
import type { StoredTable } from "../../domain/read/table.ts"
import type { TableDigest } from "../../services/Replay.ts"
import type { Snapshot, SqliteValue } from "../sqlite/database/Snapshot.ts"

interface KeyedTable {
  readonly name: string
  readonly columns: ReadonlyArray<string>
  /** Some of the columns. */
  readonly key: ReadonlyArray<string>
}

interface Digest {
  readonly rows: number
  /** The SHA-256 of the rows in the order of the key, each as SQLite writes it in JSON. */
  readonly sha256: string
}

const ROWS_A_BLOCK = 500

/** Reads a table block by block in the order of its key: the next block begins after the last key. */
const digestOf = (
  { query }: Snapshot,
  { columns, key, name }: KeyedTable
): Effect.Effect<Digest, StorageFailed> =>
  Effect.gen(function* () {
    const order = key.join(", ")
    const block = `
      SELECT group_concat(line, char(10)), count(*)
      FROM (
        SELECT json_array(${columns.join(", ")}) AS line FROM ${name}
        WHERE (${order}) > (${key.map(() => "?").join(", ")}) ORDER BY ${order} LIMIT ${ROWS_A_BLOCK}
      )`
    const places = key.map((column) => columns.indexOf(column))
    const hash = createHash("sha256")
    // In SQLite numbers sort before text, and minus infinity sorts before every number.
    let last: ReadonlyArray<SqliteValue> = key.map(() => Number.NEGATIVE_INFINITY)
    let rows = 0
    for (let isFull = true; isFull; ) {
      const [[lines, count] = []] = yield* query(block, last)
      isFull = count === ROWS_A_BLOCK
      rows += Number(count)
      if (typeof lines !== "string") break
      hash.update(lines).update("\n")
      // JSON escapes a line feed within a text, so the last line begins after the last line feed.
      const row: ReadonlyArray<SqliteValue> = JSON.parse(lines.slice(lines.lastIndexOf("\n") + 1))
      last = places.map((place) => row[place] ?? null)
    }
    return { rows, sha256: hash.digest("hex") }
  })

const keyed = ({ columns, key, name, order = key }: StoredTable): KeyedTable => ({
  name,
  columns,
  key: order
})

/**
 * Computes the digest of each projection from those of its tables. The last of a projection's tables gives
 * its number of rows.
 */
const digestsOf = (
  projections: ReadonlyArray<Projection>,
  found: ReadonlyMap<string, Digest>
): ReadonlyArray<TableDigest> =>
  projections.map((projection) => {
    const hasher = createHash("sha256")
    for (const { name } of storedTables([projection])) hasher.update(`${name} ${found.get(name)?.sha256}\n`)
    const counted = projection.tables.at(-1)?.name ?? ""
    return {
      table: projection.name,
      rows: found.get(counted)?.rows ?? 0,
      sha256: hasher.digest("hex")
    }
  })

/** Reads the digests of all projections. Each table is read once: most projections share the market numbers. */
export const readDigests =
  (projections: ReadonlyArray<Projection>) =>
  (snapshot: Snapshot): Effect.Effect<ReadonlyArray<TableDigest>, StorageFailed> =>
    Effect.gen(function* () {
      const tables = storedTables(projections).map(keyed)
      const names = tables.map(({ name }) => name)
      const digests = yield* Effect.forEach(tables, (table) => digestOf(snapshot, table))
      return digestsOf(projections, new Map(Arr.zip(names, digests)))
    })
