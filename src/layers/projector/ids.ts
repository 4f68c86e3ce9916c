/** Ids that stand for texts in other tables, given in the order in which the texts first appear. */
import type * as SqlError from "@effect/sql/SqlError"
import { Effect } from "effect"
import type { StoredTable } from "../../domain/read/table.ts"
import { batched, type Sql } from "./statement-batches.ts"

/** The largest number of ids in the cache. One takes about 100 bytes; to forget it costs time only. */
const KNOWN_MAX = 400_000

/**
 * The cells of all columns but the id. The first is the key. It is well-formed, so it is read back as it was written.
 */
type Row = readonly [key: string, ...rest: ReadonlyArray<string>]

export interface Ids {
  /** Returns the id of each row. Rows without an id get one. */
  readonly of: (rows: ReadonlyArray<Row>) => Effect.Effect<ReadonlyArray<number>, SqlError.SqlError>
  /** Empties the cache. Ids that were given in a transaction that failed do not exist. */
  readonly forget: () => void
}

interface StoredId {
  readonly key: string
  readonly id: number
}

/**
 * Makes the ids of one table. The cache is valid as long as nothing else inserts ids, and `forget` is called
 * after each failed transaction.
 */
export const make = (sql: Sql, { columns: [id, ...columns], name: table }: StoredTable): Ids => {
  const [key = ""] = columns
  const known = new Map<string, number>()
  const stored = `${key} AS key, ${id} AS id`
  const select = `SELECT ${stored} FROM jsonb_each(?) j JOIN ${table} n ON n.${key} = j.value`
  const selectOne = `SELECT ${stored} FROM ${table} WHERE ${key} = ?`
  const insert = batched<StoredId>(sql, {
    width: columns.length,
    around: (values) => `INSERT INTO ${table} (${columns.join(", ")}) ${values}
      ON CONFLICT (${key}) DO NOTHING RETURNING ${stored}`
  })

  const remember = (rows: ReadonlyArray<StoredId>) => {
    for (const { id, key } of rows) known.set(key, id)
  }

  const learn = (rows: ReadonlyArray<Row>) =>
    Effect.gen(function* () {
      remember(yield* insert(rows))
      const old = rows.map(([key]) => key).filter((key) => !known.has(key))
      if (old.length > 0) remember(yield* sql.unsafe<StoredId>(select, [JSON.stringify(old)]))
      // SQLite reads JSON text only up to a character with the code 0, so keys that contain one are selected
      // one by one.
      for (const key of old.filter((key) => !known.has(key)))
        remember(yield* sql.unsafe<StoredId>(selectOne, [key]))
    })

  const idOf = ([key]: Row): number => {
    const id = known.get(key)
    if (id === undefined) throw new Error(`${table} gave "${key}" no id`)
    return id
  }

  const of: Ids["of"] = (rows) =>
    Effect.gen(function* () {
      const unknown = rows.filter(([key]) => !known.has(key))
      const full = known.size + unknown.length > KNOWN_MAX
      if (full) known.clear()
      if (unknown.length > 0) yield* learn(full ? rows : unknown)
      return rows.map(idOf)
    })

  return { of, forget: () => known.clear() }
}
