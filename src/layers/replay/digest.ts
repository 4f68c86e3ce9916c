/** A table in one hash: its rows in key order, each as SQLite writes it in JSON. */
import { createHash } from "node:crypto"
import type { SqlError } from "@effect/sql"
import { Chunk, Effect, Option, Stream } from "effect"
import type { PublicTable } from "../../domain/catalog.ts"
import type { TableDigest } from "../../services/Replay.ts"
import { Database, storage } from "../sqlite/Database.ts"

const ROWS_A_BLOCK = 5000

interface Block {
  readonly lines: string
  readonly rows: number
  /** The first key column of the last row: where the next block starts. */
  readonly last: string | number
}

type Sql = Database["Type"]["sql"]
type NextBlock = (after: string | number) => Effect.Effect<Option.Option<Block>, SqlError.SqlError>

/** `schema` is `main`, or the name under which another database is attached. */
export const digest = (schema: string, table: PublicTable) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const hasher = createHash("sha256")
    const rows = yield* blocks(table.key.length === 1 ? byRows(sql, schema, table) : byGroups(sql, schema, table)).pipe(
      Stream.runFold(0, (count, block) => {
        hasher.update(block.lines)
        return count + block.rows
      })
    )
    return { table: table.name, rows, sha256: hasher.digest("hex") } satisfies TableDigest
  }).pipe(storage(`reading ${table.name}`), Effect.withSpan("digest", { attributes: { table: table.name } }))

const blocks = (next: NextBlock): Stream.Stream<Block, SqlError.SqlError> =>
  Stream.paginateChunkEffect<string | number, Block, SqlError.SqlError, never>("", (after) =>
    Effect.map(next(after), (block) => [
      Chunk.fromIterable(Option.toArray(block)),
      Option.map(block, ({ last }) => last)
    ])
  )

const lineOf = (table: PublicTable) => `json_array(${Object.keys(table.columns).join(", ")})`

const aggregate = (rows: string, order: string, first: string) =>
  `SELECT group_concat(line, char(10) ORDER BY ${order}) AS lines, count(*) AS rows, max(${first}) AS last FROM (${rows})`

const nonEmpty = ([block]: ReadonlyArray<Block>) => Option.filter(Option.fromNullable(block), ({ rows }) => rows > 0)

/** A table with one key column: so many rows after the last. */
const byRows = (sql: Sql, schema: string, table: PublicTable): NextBlock => {
  const [key] = table.key as [string]
  const rows = `SELECT ${key}, ${lineOf(table)} AS line FROM ${schema}.${table.name} WHERE ${key} > ? ORDER BY ${key} LIMIT ${ROWS_A_BLOCK}`
  return (after) => Effect.map(sql.unsafe<Block>(aggregate(rows, key, key), [after]), nonEmpty)
}

/** A table with more: all rows of the next value of the first, such as a slot. */
const byGroups = (sql: Sql, schema: string, table: PublicTable): NextBlock => {
  const [first, ...rest] = table.key as [string, ...Array<string>]
  const name = `${schema}.${table.name}`
  const group = `SELECT ${table.key.join(", ")}, ${lineOf(table)} AS line FROM ${name} WHERE ${first} = ?`
  return (after) =>
    Effect.flatMap(
      sql.unsafe<{ value: string }>(`SELECT ${first} AS value FROM ${name} WHERE ${first} > ? ORDER BY ${first} LIMIT 1`, [
        after
      ]),
      ([next]) =>
        next === undefined
          ? Effect.succeedNone
          : Effect.map(sql.unsafe<Block>(aggregate(group, rest.join(", "), first), [next.value]), nonEmpty)
    )
}
