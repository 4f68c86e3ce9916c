/** The SQL of the two kinds of table. Of entities, only rows that changed are written. */
import type { SqlError } from "@effect/sql"
import { Data, Effect } from "effect"
import {
  type Cell,
  type EntityTable,
  type FactTable,
  MARKET_COLUMN,
  type Projection,
  type Table
} from "../../domain/projection.ts"
import type { Interpreted, InterpretedEntities, InterpretedFacts } from "../../services/Interpreter.ts"
import type { Database } from "../sqlite/Database.ts"
import * as MarketNumbers from "./market-numbers.ts"

type Sql = Database["Type"]["sql"]
type Write<Rows> = (
  rows: Rows,
  of: Pick<Interpreted, "seq" | "observedAt">
) => Effect.Effect<void, SqlError.SqlError | RowMissing>

/** The table wants a row that the interpreter took for known: the observation must be interpreted in full. */
export class RowMissing extends Data.TaggedError("RowMissing")<{ readonly table: string }> {}

export interface TableWriter {
  /** Writes what one observation says. To be called inside a transaction; if that fails, with the writer it is over. */
  readonly write: (interpreted: Interpreted) => Effect.Effect<void, SqlError.SqlError | RowMissing>
}

export const make = (sql: Sql, projections: ReadonlyArray<Projection>): TableWriter => {
  const numbers = MarketNumbers.make(sql)
  const tables = projections.flatMap((projection) => projection.tables)
  const facts = new Map(tables.filter(isFacts).map((table) => [table.name, factWriter(sql, numbers, table)]))
  const entities = new Map(
    tables.filter(isEntities).map((table) => [table.name, entityWriter(sql, numbers, table)])
  )
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

const overwrite = (columns: ReadonlyArray<string>, key: ReadonlyArray<string>) => {
  const rest = columns.filter((column) => !key.includes(column))
  return rest.length === 0
    ? "DO NOTHING"
    : `DO UPDATE SET ${rest.map((column) => `${column} = excluded.${column}`).join(", ")}`
}

/** Rows a statement: a page of a thousand is two of them, any other number a dozen at most. */
const BLOCKS = [500, 100, 20, 4, 1]

/** Inserts rows, or overwrites those with their key: all cells in one list, row after row. */
const upsert = (
  sql: Sql,
  { columns, key, name }: Pick<FactTable, "name" | "columns" | "key">
): ((cells: ReadonlyArray<Cell>) => Effect.Effect<void, SqlError.SqlError>) => {
  const width = columns.length
  const row = `(${columns.map(() => "?").join(", ")})`
  const insert = new Map(
    BLOCKS.map((rows) => [
      rows,
      `INSERT INTO ${name} (${columns.join(", ")}) VALUES ${Array(rows).fill(row).join(", ")}
       ON CONFLICT (${key.join(", ")}) ${overwrite(columns, key)}`
    ])
  )
  return (cells) =>
    Effect.gen(function* () {
      for (let from = 0; from < cells.length; ) {
        const rows = BLOCKS.find((rows) => rows * width <= cells.length - from) as number
        yield* sql.unsafe(insert.get(rows) as string, cells.slice(from, from + rows * width))
        from += rows * width
      }
    })
}

const factWriter = (
  sql: Sql,
  numbers: MarketNumbers.MarketNumbers,
  table: FactTable
): Write<InterpretedFacts> => {
  const width = table.columns.length
  const market = table.columns.indexOf(MARKET_COLUMN)
  const write = upsert(sql, table)
  /** With numbers in the places of tickers. */
  const numbered = (cells: ReadonlyArray<Cell>) =>
    Effect.gen(function* () {
      if (market === -1) return cells
      const tickers: Array<string> = []
      for (let i = market; i < cells.length; i += width) tickers.push(cells[i] as string)
      const found = yield* numbers.of(tickers)
      const copy = cells.slice()
      for (const [row, number] of found.entries()) copy[row * width + market] = number
      return copy
    })
  return ({ cells }) => Effect.flatMap(numbered(cells), write)
}

/**
 * The order of sightings: a final one beats any that is not, then the newest `observed_at`, then `seq`.
 * Written once here, for "does it change the row" and for "is it the newest sighting" alike.
 */
const SIGHTING = "(final, observed_at, seq)"
const sightingOf = (name: string) => `(${name}.final, ${name}.observed_at, ${name}.seq)`

const cellOf = (index: number) => `j.value ->> ${index}`

const entityWriter = (
  sql: Sql,
  numbers: MarketNumbers.MarketNumbers,
  { columns, name }: EntityTable
): Write<InterpretedEntities> => {
  const key = columns[0] as string
  const seen = `${name}_seen`
  const changed = `
    SELECT j.key AS position FROM jsonb_each(?) j LEFT JOIN ${seen} s ON s.${key} = ${cellOf(0)}
    WHERE s.seq IS NULL
      OR (s.digest <> ${cellOf(2)} AND (${cellOf(1)}, ?, ?) >= ${sightingOf("s")})`
  const write = upsert(sql, { name, columns, key: [key] })
  const sight = `
    INSERT INTO ${seen} (${key}, final, observed_at, seq, digest)
    SELECT ${cellOf(0)}, ${cellOf(1)}, ?, ?, ${cellOf(2)} FROM jsonb_each(?) j
    WHERE true
    ON CONFLICT (${key}) DO UPDATE
    SET ${SIGHTING} = ${sightingOf("excluded")}, digest = excluded.digest
    WHERE ${sightingOf("excluded")} >= ${sightingOf(seen)}`
  return ({ digests, finals, keys, rows }, { observedAt, seq }) =>
    Effect.gen(function* () {
      const stored = key === MARKET_COLUMN ? yield* numbers.of(keys) : keys
      const sightings = JSON.stringify(stored.map((own, index) => [own, finals[index], digests[index]]))
      const positions = yield* sql.unsafe<{ position: number }>(changed, [sightings, observedAt, seq])
      const cells: Array<Cell> = []
      for (const { position } of positions) {
        const row = rows[position]
        if (row === undefined || row === null) return yield* new RowMissing({ table: name })
        cells.push(stored[position] as Cell)
        for (let i = 1; i < row.length; i++) cells.push(row[i] as Cell)
      }
      yield* write(cells)
      yield* sql.unsafe(sight, [observedAt, seq, sightings])
    })
}
