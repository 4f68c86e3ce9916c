/**
 * What a projection has in its tables, in one hash: rows in key order, each as SQLite writes it in JSON.
 * Replay gives every market the same number again, so the tables themselves are compared, not the views.
 */
import { createHash, type Hash } from "node:crypto"
import type { SqlError } from "@effect/sql"
import { Chunk, Effect, Option, Stream } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import { MARKET_COLUMN, type Projection, type Table } from "../../domain/projection.ts"
import type { TableDigest } from "../../services/Replay.ts"
import { Database, storage } from "../sqlite/Database.ts"

const ROWS_A_BLOCK = 500

interface Stored {
  readonly name: string
  readonly columns: ReadonlyArray<string>
  readonly key: ReadonlyArray<string>
}

interface Block {
  /** As UTF-8: as text they would be decoded, only to be encoded again for the hash. */
  readonly lines: Buffer
  readonly rows: number
}

type Sql = Database["Type"]["sql"]
type Key = ReadonlyArray<string | number>

/** Of each projection. `schema` is `main`, or the name under which another database is attached. */
export const digests = (schema: string, projections: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    // Nearly all of them have it beside their own tables.
    const numbers = yield* Effect.cached(digestOf(schema, NUMBERS))
    return yield* Effect.forEach(projections, (projection) => digest(schema, projection, numbers))
  })

const digest = (
  schema: string,
  projection: Projection,
  numbers: Effect.Effect<string, StorageFailed, Database>
) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const hasher = createHash("sha256")
    const rows = yield* Effect.forEach(projection.tables, (table) =>
      hashTable(sql, schema, asStored(table), hasher)
    )
    yield* Effect.forEach(companions(projection), (table) => hashTable(sql, schema, table, hasher))
    if (projection.tables.some(({ columns }) => columns.includes(MARKET_COLUMN)))
      hasher.update(yield* numbers)
    return {
      table: projection.name,
      rows: rows.at(-1) ?? 0,
      sha256: hasher.digest("hex")
    } satisfies TableDigest
  }).pipe(
    storage(`reading ${projection.name}`),
    Effect.withSpan("digest", { attributes: { table: projection.name } })
  )

const TEXTS: Stored = { name: "shared_texts", columns: ["text", "digest", "content"], key: ["text"] }

const NUMBERS: Stored = { name: "market_numbers", columns: ["market", "ticker"], key: ["market"] }

const digestOf = (schema: string, table: Stored) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const hasher = createHash("sha256")
    yield* hashTable(sql, schema, table, hasher)
    return hasher.digest("hex")
  }).pipe(storage(`reading ${table.name}`))

const asStored = (table: Table): Stored =>
  table.kind === "facts" ? table : { ...table, key: table.columns.slice(0, 1) }

/** Tables that a projection fills without naming them. */
const companions = ({ tables }: Projection): ReadonlyArray<Stored> =>
  tables.flatMap((table) =>
    table.kind === "entities"
      ? [
          {
            name: `${table.name}_seen`,
            columns: [table.columns[0] as string, "final", "observed_at", "seq", "digest"],
            key: table.columns.slice(0, 1)
          },
          ...(table.shared === undefined ? [] : [TEXTS])
        ]
      : []
  )

const hashTable = (sql: Sql, schema: string, table: Stored, hasher: Hash) =>
  blocks(sql, schema, table).pipe(
    Stream.runFold(0, (rows, block) => {
      hasher.update(block.lines).update("\n")
      return rows + block.rows
    })
  )

/** So many rows after the last, in the order of the key, whatever the key is made of. */
const blocks = (sql: Sql, schema: string, table: Stored): Stream.Stream<Block, SqlError.SqlError> => {
  const key = table.key.join(", ")
  const block = `
    SELECT CAST(group_concat(line, char(10)) AS BLOB) AS lines, count(*) AS rows
    FROM (
      SELECT json_array(${table.columns.join(", ")}) AS line FROM ${schema}.${table.name}
      WHERE (${key}) > (${table.key.map(() => "?").join(", ")}) ORDER BY ${key} LIMIT ${ROWS_A_BLOCK}
    )`
  const keyPlaces = table.key.map((column) => table.columns.indexOf(column))
  /** JSON writes a line feed within a text as two signs, so the last line begins after the last of them. */
  const lastKey = (lines: Buffer): Key => {
    const row = JSON.parse(lines.toString("utf8", lines.lastIndexOf("\n") + 1))
    return keyPlaces.map((place) => row[place])
  }

  // Numbers sort before text in SQLite, and no number before this one.
  const first: Key = table.key.map(() => Number.NEGATIVE_INFINITY)
  return Stream.paginateChunkEffect(first, (last) =>
    Effect.map(sql.unsafe<Block>(block, last), (found) => {
      const [full] = found.filter(({ rows }) => rows === ROWS_A_BLOCK)
      return [
        Chunk.fromIterable(found.filter(({ rows }) => rows > 0)),
        Option.map(Option.fromNullable(full), ({ lines }) => lastKey(lines))
      ] as const
    })
  )
}
