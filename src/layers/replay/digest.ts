/**
 * What a projection has in its tables, in one hash: rows in key order, each as SQLite writes it in JSON.
 * Replay gives every market the same number again, so the tables themselves are compared, not the views.
 */
import { createHash, type Hash } from "node:crypto"
import type { SqlError } from "@effect/sql"
import { Chunk, Effect, Option, Stream } from "effect"
import type { Projection, Table } from "../../domain/projection.ts"
import type { TableDigest } from "../../services/Replay.ts"
import { Database, storage } from "../sqlite/Database.ts"

const ROWS_A_BLOCK = 5000

interface Stored {
  readonly name: string
  readonly columns: ReadonlyArray<string>
  readonly key: ReadonlyArray<string>
}

interface Block {
  readonly lines: string
  readonly rows: number
  /** The first key column of the last row: where the next block starts. */
  readonly last: string | number
}

type Sql = Database["Type"]["sql"]
type NextBlock = (after: string | number) => Effect.Effect<Option.Option<Block>, SqlError.SqlError>

/** `schema` is `main`, or the name under which another database is attached. */
export const digest = (schema: string, projection: Projection) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const hasher = createHash("sha256")
    const rows = yield* Effect.forEach(projection.tables, (table) =>
      hashTable(sql, schema, asStored(table), hasher)
    )
    yield* Effect.forEach(projection.tables.flatMap(companions), (table) =>
      hashTable(sql, schema, table, hasher)
    )
    return {
      table: projection.name,
      rows: rows.at(-1) ?? 0,
      sha256: hasher.digest("hex")
    } satisfies TableDigest
  }).pipe(
    storage(`reading ${projection.name}`),
    Effect.withSpan("digest", { attributes: { table: projection.name } })
  )

const asStored = (table: Table): Stored =>
  table.kind === "facts" ? table : { ...table, key: table.columns.slice(0, 1) }

/** Tables that a projection fills without naming them. */
const companions = (table: Table): ReadonlyArray<Stored> => [
  ...(table.kind === "entities"
    ? [
        {
          name: `${table.name}_seen`,
          columns: [table.columns[0] as string, "final", "observed_at", "seq", "digest"],
          key: table.columns.slice(0, 1)
        }
      ]
    : []),
  { name: "market_numbers", columns: ["market", "ticker"], key: ["market"] }
]

const hashTable = (sql: Sql, schema: string, table: Stored, hasher: Hash) =>
  blocks(table.key.length === 1 ? byRows(sql, schema, table) : byGroups(sql, schema, table)).pipe(
    Stream.runFold(0, (rows, block) => {
      hasher.update(block.lines)
      return rows + block.rows
    })
  )

const blocks = (next: NextBlock): Stream.Stream<Block, SqlError.SqlError> =>
  Stream.paginateChunkEffect<string | number, Block, SqlError.SqlError, never>(
    Number.NEGATIVE_INFINITY,
    (after) =>
      Effect.map(next(after), (block) => [
        Chunk.fromIterable(Option.toArray(block)),
        Option.map(block, ({ last }) => last)
      ])
  )

const aggregate = (table: Stored, rows: string) =>
  `SELECT group_concat(line, char(10)) AS lines, count(*) AS rows, max(${table.key[0]}) AS last FROM (
     SELECT ${table.key[0]}, json_array(${table.columns.join(", ")}) AS line FROM ${rows}
   )`

const nonEmpty = ([block]: ReadonlyArray<Block>) =>
  Option.filter(Option.fromNullable(block), ({ rows }) => rows > 0)

/** A table with one key column: so many rows after the last. */
const byRows = (sql: Sql, schema: string, table: Stored): NextBlock => {
  const key = table.key.join()
  const query = aggregate(
    table,
    `${schema}.${table.name} WHERE ${key} > ? ORDER BY ${key} LIMIT ${ROWS_A_BLOCK}`
  )
  return (after) => Effect.map(sql.unsafe<Block>(query, [after]), nonEmpty)
}

/** A table with more: all rows of the next value of the first, such as a slot. */
const byGroups = (sql: Sql, schema: string, table: Stored): NextBlock => {
  const [first, ...rest] = table.key
  const name = `${schema}.${table.name}`
  const nextGroup = `SELECT ${first} AS value FROM ${name} WHERE ${first} > ? ORDER BY ${first} LIMIT 1`
  const query = aggregate(table, `${name} WHERE ${first} = ? ORDER BY ${rest.join(", ")}`)
  return (after) =>
    Effect.flatMap(sql.unsafe<{ value: string | number }>(nextGroup, [after]), ([next]) =>
      next === undefined ? Effect.succeedNone : Effect.map(sql.unsafe<Block>(query, [next.value]), nonEmpty)
    )
}
