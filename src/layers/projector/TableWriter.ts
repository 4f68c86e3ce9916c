/**
 * The SQL of the two kinds of table. A page of a thousand rows is one statement: SQLite unpacks the JSON
 * itself (285,000 rows/s here), and only rows that changed are sent for entities.
 */
import type { SqlError } from "@effect/sql"
import { Data, Effect } from "effect"
import {
  type EntityTable,
  type FactTable,
  MARKET_COLUMN,
  type Projection,
  type Table
} from "../../domain/projection.ts"
import type { Interpreted, InterpretedEntities, InterpretedFacts } from "../../services/Interpreter.ts"
import type { Database } from "../sqlite/Database.ts"

type Sql = Database["Type"]["sql"]
type Write<Rows> = (
  rows: Rows,
  of: Pick<Interpreted, "seq" | "observedAt">
) => Effect.Effect<void, SqlError.SqlError | RowMissing>

/** The table wants a row that the interpreter took for known: the observation must be interpreted in full. */
export class RowMissing extends Data.TaggedError("RowMissing")<{ readonly table: string }> {}

export interface TableWriter {
  /** Writes what one observation says. To be called inside a transaction. */
  readonly write: (interpreted: Interpreted) => Effect.Effect<void, SqlError.SqlError | RowMissing>
}

export const make = (sql: Sql, projections: ReadonlyArray<Projection>): TableWriter => {
  const tables = projections.flatMap((projection) => projection.tables)
  const facts = new Map(tables.filter(isFacts).map((table) => [table.name, factWriter(sql, table)]))
  const entities = new Map(tables.filter(isEntities).map((table) => [table.name, entityWriter(sql, table)]))
  return {
    write: (interpreted) =>
      Effect.forEach(
        interpreted.tables,
        (rows) =>
          rows.kind === "facts"
            ? known(facts, rows.table)(rows, interpreted)
            : known(entities, rows.table)(rows, interpreted),
        { discard: true }
      )
  }
}

const isFacts = (table: Table): table is FactTable => table.kind === "facts"
const isEntities = (table: Table): table is EntityTable => table.kind === "entities"

const known = <A>(writers: ReadonlyMap<string, A>, name: string): A => {
  const writer = writers.get(name)
  if (writer === undefined)
    throw new Error(`a projection makes rows of ${name}, which is not among its tables`)
  return writer
}

const cellOf = (index: number) => `j.value ->> ${index}`

/** Gives tickers their numbers, in the order in which they are first seen. */
const numberMarkets = (sql: Sql, newTickers: string | undefined) =>
  newTickers === undefined
    ? Effect.void
    : sql
        .unsafe("INSERT OR IGNORE INTO market_numbers (ticker) SELECT j.value FROM jsonb_each(?) j", [
          newTickers
        ])
        .pipe(Effect.asVoid)

const joinNumbers = (index: number) => `JOIN market_numbers n ON n.ticker = ${cellOf(index)}`

const overwrite = (columns: ReadonlyArray<string>, key: ReadonlyArray<string>) => {
  const rest = columns.filter((column) => !key.includes(column))
  return rest.length === 0
    ? "DO NOTHING"
    : `DO UPDATE SET ${rest.map((column) => `${column} = excluded.${column}`).join(", ")}`
}

const insertRows = (table: Table, key: ReadonlyArray<string>): string => {
  const market = table.columns.indexOf(MARKET_COLUMN)
  const values = table.columns.map((column, index) => (column === MARKET_COLUMN ? "n.market" : cellOf(index)))
  return `
    INSERT INTO ${table.name} (${table.columns.join(", ")})
    SELECT ${values.join(", ")} FROM jsonb_each(?) j ${market === -1 ? "" : joinNumbers(market)}
    WHERE true
    ON CONFLICT (${key.join(", ")}) ${overwrite(table.columns, key)}`
}

const factWriter = (sql: Sql, table: FactTable): Write<InterpretedFacts> => {
  const insert = insertRows(table, table.key)
  return ({ newTickers, rows }) =>
    Effect.gen(function* () {
      yield* numberMarkets(sql, newTickers)
      yield* sql.unsafe(insert, [rows])
    })
}

/**
 * The order of sightings: a final one beats any that is not, then the newest `observed_at`, then `seq`.
 * Written once here, for "does it change the row" and for "is it the newest sighting" alike.
 */
const SIGHTING = "(final, observed_at, seq)"
const sightingOf = (name: string) => `(${name}.final, ${name}.observed_at, ${name}.seq)`

const entityWriter = (sql: Sql, table: EntityTable): Write<InterpretedEntities> => {
  const key = table.columns[0] as string
  const seen = `${table.name}_seen`
  const isMarket = key === MARKET_COLUMN
  const keyOf = isMarket ? "n.market" : cellOf(0)
  const join = isMarket ? joinNumbers(0) : ""
  const insert = insertRows(table, [key])
  const changed = `
    SELECT j.key AS position FROM jsonb_each(?) j ${join}
    LEFT JOIN ${seen} s ON s.${key} = ${keyOf}
    WHERE s.seq IS NULL
      OR (s.digest <> j.value ->> 2 AND (j.value ->> 1, ?, ?) >= ${sightingOf("s")})`
  const sight = `
    INSERT INTO ${seen} (${key}, final, observed_at, seq, digest)
    SELECT ${keyOf}, j.value ->> 1, ?, ?, j.value ->> 2 FROM jsonb_each(?) j ${join}
    WHERE true
    ON CONFLICT (${key}) DO UPDATE
    SET ${SIGHTING} = ${sightingOf("excluded")}, digest = excluded.digest
    WHERE ${sightingOf("excluded")} >= ${sightingOf(seen)}`
  return (entities, { observedAt, seq }) =>
    Effect.gen(function* () {
      yield* numberMarkets(sql, entities.newTickers)
      const positions = yield* sql.unsafe<{ position: number }>(changed, [entities.seen, observedAt, seq])
      if (positions.length > 0) {
        const rows = positions.map(({ position }) => entities.rows[position] ?? null)
        if (rows.includes(null)) return yield* new RowMissing({ table: table.name })
        yield* sql.unsafe(insert, [`[${rows.join(",")}]`])
      }
      yield* sql.unsafe(sight, [observedAt, seq, entities.seen])
    })
}
