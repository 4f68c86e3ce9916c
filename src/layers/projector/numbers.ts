/** Numbers that stand for texts in other tables: given in the order in which the texts are first written. */
import type * as SqlError from "@effect/sql/SqlError"
import { Effect } from "effect"
import type { Database } from "../sqlite/database/Database.ts"
import { blocksOf, statements } from "./blocks.ts"

type Sql = Database["Type"]["sql"]

/** A table that gives its rows numbers. */
interface Numbered {
  readonly table: string
  readonly number: string
  /** The first tells its rows apart. */
  readonly columns: readonly [key: string, ...rest: ReadonlyArray<string>]
}

export const markets: Numbered = { table: "market_numbers", number: "market", columns: ["ticker"] }
export const texts: Numbered = { table: "shared_texts", number: "text", columns: ["digest", "content"] }

/** Some 100 bytes a key. Forgetting costs time only. */
const KNOWN_MAX = 400_000

/** The cells of its columns. The key has UTF-8, and so is read back as it was written. */
type NumberedRow = readonly [key: string, ...rest: ReadonlyArray<string>]

export interface Numbers {
  /** The numbers of these rows, each of which gets one if it has none. */
  readonly of: (rows: ReadonlyArray<NumberedRow>) => Effect.Effect<ReadonlyArray<number>, SqlError.SqlError>
  /** Forgets all cached numbers. Numbers that were given in a transaction that failed do not exist. */
  readonly forget: () => void
}

interface Found {
  readonly key: string
  readonly number: number
}

/**
 * Makes the numbers of one table. The cache is valid as long as nothing else inserts numbers, and `forget` is
 * called after each failed transaction.
 */
export const make = (sql: Sql, { columns, number, table }: Numbered): Numbers => {
  const [key] = columns
  const known = new Map<string, number>()
  const found = `${key} AS key, ${number} AS number`
  const select = `SELECT ${found} FROM jsonb_each(?) j JOIN ${table} n ON n.${key} = j.value`
  const selectOne = `SELECT ${found} FROM ${table} WHERE ${key} = ?`
  const insert = statements(
    columns.length,
    (values) => `INSERT INTO ${table} (${columns.join(", ")}) ${values}
      ON CONFLICT (${key}) DO NOTHING RETURNING ${found}`
  )

  const note = (rows: ReadonlyArray<Found>) => {
    for (const { key, number } of rows) known.set(key, number)
  }

  const learn = (rows: ReadonlyArray<NumberedRow>) =>
    Effect.gen(function* () {
      for (const { rows: count, values } of blocksOf(rows.flat(), columns.length))
        note(yield* sql.unsafe<Found>(insert.get(count) as string, [values]))
      const old = rows.map(([key]) => key).filter((key) => !known.has(key))
      if (old.length > 0) note(yield* sql.unsafe<Found>(select, [JSON.stringify(old)]))
      // SQLite reads JSON text only up to a character with the code 0, so keys that contain one are selected
      // one by one.
      for (const key of old.filter((key) => !known.has(key))) note(yield* sql.unsafe<Found>(selectOne, [key]))
    })

  const numberOf = ([key]: NumberedRow): number => {
    const number = known.get(key)
    if (number === undefined) throw new Error(`${table} gave "${key}" no number`)
    return number
  }

  const of: Numbers["of"] = (rows) =>
    Effect.gen(function* () {
      const unknown = rows.filter(([key]) => !known.has(key))
      const forgets = known.size + unknown.length > KNOWN_MAX
      if (forgets) known.clear()
      if (unknown.length > 0) yield* learn(forgets ? rows : unknown)
      return rows.map(numberOf)
    })

  return { of, forget: () => known.clear() }
}
