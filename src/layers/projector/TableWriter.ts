/** The SQL of the two kinds of table. Of entities, only rows that changed are written. */
import type * as SqlError from "@effect/sql/SqlError"
import { Array as Arr, Data, Effect } from "effect"
import {
  type Cell,
  type EntityCell,
  type EntityTable,
  type FactTable,
  KEPT,
  MARKET_COLUMN,
  type Projection,
  type Table
} from "../../domain/read/projection.ts"
import type { Cells, Interpreted, InterpretedEntities, InterpretedFacts } from "../../services/Interpreter.ts"
import type { Database } from "../sqlite/database/Database.ts"
import { blocksOf, letGo, statements } from "./blocks.ts"
import * as Numbers from "./numbers.ts"
import { blaming, type Unwritable } from "./refusals.ts"

type Sql = Database["Type"]["sql"]

interface Circumstances extends Pick<Interpreted, "seq" | "observedAt"> {
  /** Of the markets, at the places of their tickers. */
  readonly markets: ReadonlyArray<number>
  /** Of the shared texts, at their places. */
  readonly texts: ReadonlyArray<number>
}

type Write<Rows> = (rows: Rows, of: Circumstances) => Effect.Effect<void, SqlError.SqlError | RowMissing>

/** The table wants a row that the interpreter took for known: the observation must be interpreted in full. */
export class RowMissing extends Data.TaggedError("RowMissing")<{ readonly table: string }> {}

export interface TableWriter {
  /** Writes the rows that one observation gives. Call it inside a transaction. */
  readonly write: (
    interpreted: Interpreted
  ) => Effect.Effect<void, SqlError.SqlError | RowMissing | Unwritable>
  /**
   * Forgets the cached numbers of markets and texts. Call it after a rollback of a transaction or savepoint.
   */
  readonly forget: Effect.Effect<void>
}

export const make = (sql: Sql, projections: ReadonlyArray<Projection>): TableWriter => {
  const numbersOfMarkets = Numbers.make(sql, Numbers.markets)
  const numbersOfTexts = Numbers.make(sql, Numbers.texts)
  const tables = projections.flatMap((projection) => projection.tables)
  const facts = new Map(tables.filter(isFacts).map((table) => [table.name, factWriter(sql, table)]))
  const entities = new Map(tables.filter(isEntities).map((table) => [table.name, entityWriter(sql, table)]))
  const owners = ownersOf(projections)
  const circumstances = ({ observedAt, seq, texts, tickers }: Interpreted) =>
    Effect.gen(function* () {
      return {
        seq,
        observedAt,
        markets: yield* numbersOfMarkets.of(tickers.map((ticker) => [ticker])),
        texts: yield* numbersOfTexts.of(texts.map(({ content, digest }) => [digest, content]))
      }
    })
  return {
    write: (interpreted) =>
      Effect.gen(function* () {
        const of = yield* blaming(undefined)(circumstances(interpreted))
        for (const rows of interpreted.tables) {
          yield* blaming(owners.get(rows.table))(
            Effect.suspend(() =>
              rows.kind === "facts"
                ? known(facts, rows.table)(rows, of)
                : known(entities, rows.table)(rows, of)
            )
          )
        }
      }),
    forget: Effect.sync(() => {
      numbersOfMarkets.forget()
      numbersOfTexts.forget()
    })
  }
}

/** Maps the name of each table to the name of the projection that owns it. */
export const ownersOf = (projections: ReadonlyArray<Projection>): ReadonlyMap<string, string> =>
  new Map(projections.flatMap(({ name, tables }) => tables.map((table) => [table.name, name])))

const isFacts = (table: Table): table is FactTable => table.kind === "facts"
const isEntities = (table: Table): table is EntityTable => table.kind === "entities"

const known = <A>(writers: ReadonlyMap<string, A>, name: string): A => {
  const writer = writers.get(name)
  if (writer === undefined)
    throw new Error(`a projection makes rows of ${name}, which is not among its tables`)
  return writer
}

type Overwritten = Pick<FactTable, "name" | "columns" | "key" | "finest">

const overwrite = ({ columns, finest, key, name }: Overwritten) => {
  const rest = columns.filter((column) => !key.includes(column))
  const set = rest.map(
    (column) =>
      `${column} = ${column === finest ? finer(`${name}.${column}`, `excluded.${column}`) : `excluded.${column}`}`
  )
  return rest.length === 0 ? "DO NOTHING" : `DO UPDATE SET ${set.join(", ")}`
}

/**
 * Builds the SQL that chooses between two times in microseconds: the stored time if the new one is the same
 * time cut to milliseconds or seconds, otherwise the new time.
 */
const finer = (stored: string, told: string) =>
  `CASE WHEN ${told} IN (${stored} - ${stored} % 1000, ${stored} - ${stored} % 1000000) THEN ${stored} ELSE ${told} END`

/** Puts numbers of markets or texts into a column of their places. */
const putNumbers = (
  cells: Array<Cell> | Float64Array,
  width: number,
  column: number,
  numbers: ReadonlyArray<number>
) => {
  for (let i = column; i < cells.length; i += width)
    if (cells[i] !== null) cells[i] = numbers[cells[i] as number] as number
}

/** With numbers of markets in the places of places of tickers. */
const numbered = (cells: Cells, width: number, market: number, markets: ReadonlyArray<number>): Cells => {
  if (market === -1) return cells
  const copy = cells.slice() as Array<Cell> | Float64Array
  putNumbers(copy, width, market, markets)
  return copy
}

/** Inserts rows, or overwrites those with their key. */
const upsert = (sql: Sql, table: Overwritten) => {
  const { columns, key, name } = table
  const width = columns.length
  const insert = statements(
    width,
    (values) => `INSERT INTO ${name} (${columns.join(", ")}) ${values}
      ON CONFLICT (${key.join(", ")}) ${overwrite(table)}`
  )
  return (cells: Cells): Effect.Effect<void, SqlError.SqlError> =>
    Effect.gen(function* () {
      for (const { rows, values } of blocksOf(cells, width))
        yield* sql.unsafe(insert.get(rows) as string, [values])
    })
}

const factWriter = (sql: Sql, table: FactTable): Write<InterpretedFacts> => {
  const market = table.columns.indexOf(MARKET_COLUMN)
  const write = upsert(sql, table)
  return ({ cells }, { markets }) => write(numbered(cells, table.columns.length, market, markets))
}

interface RowsOfThings {
  readonly name: string
  readonly columns: ReadonlyArray<string>
  readonly key: string
  readonly shared: ReadonlyArray<string>
}

/**
 * Writes rows that set all columns, and rows that set only some of them. A column that is left out of a
 * statement keeps its value, or is NULL in a new row.
 */
const rowWriter = (sql: Sql, { columns, key, name, shared }: RowsOfThings) => {
  const making = (said: ReadonlyArray<string>) => {
    const write = upsert(sql, { name, columns: said, key: [key] })
    const places = said.map((column) => columns.indexOf(column))
    const columnsOfTexts = shared.map((column) => said.indexOf(column)).filter((place) => place !== -1)
    return (rows: ReadonlyArray<ReadonlyArray<EntityCell>>, texts: ReadonlyArray<number>) =>
      Effect.gen(function* () {
        const cells: Array<Cell> = []
        for (const row of rows) for (const place of places) cells.push(row[place] as Cell)
        for (const column of columnsOfTexts) putNumbers(cells, said.length, column, texts)
        yield* write(cells)
        letGo(cells)
      })
  }
  const whole = making(columns)
  const others = new Map<string, ReturnType<typeof making>>()

  const partly = (row: ReadonlyArray<EntityCell>) => {
    const said = columns.filter((_, place) => row[place] !== KEPT)
    const id = said.join()
    const known = others.get(id)
    if (known !== undefined) return known
    const write = making(said)
    others.set(id, write)
    return write
  }

  return (rows: ReadonlyArray<ReadonlyArray<EntityCell>>, texts: ReadonlyArray<number>) =>
    Effect.gen(function* () {
      const [wholeRows, rest] = Arr.partition(rows, (row) => row.includes(KEPT))
      if (wholeRows.length > 0) yield* whole(wholeRows, texts)
      for (const row of rest) yield* partly(row)([row], texts)
    })
}

/**
 * The order of sightings: a final one beats any that is not, then the newest `observed_at`, then `seq`.
 * Written once here, for "does it change the row" and for "is it the newest sighting" alike.
 */
const SIGHTING = "(final, observed_at, seq)"
const sightingOf = (name: string) => `(${name}.final, ${name}.observed_at, ${name}.seq)`

/** Key, final, digest. */
const SIGHTING_WIDTH = 3

/** Rows that are put together before they are written. */
const ROWS_AT_A_TIME = 100

const entityWriter = (sql: Sql, { columns, name, shared = [] }: EntityTable): Write<InterpretedEntities> => {
  const key = columns[0] as string
  const market = key === MARKET_COLUMN ? 0 : -1
  const seen = `${name}_seen`
  const changed = statements(
    SIGHTING_WIDTH,
    (values) => `
      WITH sightings (position, key, final, digest) AS (${values})
      SELECT n.position FROM sightings n LEFT JOIN ${seen} s ON s.${key} = n.key
      WHERE s.seq IS NULL OR (s.digest <> n.digest AND (n.final, ?, ?) >= ${sightingOf("s")})`,
    (place, values) => `(${place}, ${values})`
  )
  const sight = statements(
    SIGHTING_WIDTH,
    (values) => `
      WITH sightings (key, final, digest) AS (${values})
      INSERT INTO ${seen} (${key}, final, digest, observed_at, seq)
      SELECT key, final, digest, ?, ? FROM sightings WHERE true
      ON CONFLICT (${key}) DO UPDATE
      SET ${SIGHTING} = ${sightingOf("excluded")}, digest = excluded.digest
      WHERE ${sightingOf("excluded")} >= ${sightingOf(seen)}`
  )
  const writeRows = rowWriter(sql, { name, columns, key, shared })
  return ({ rowAt, sightings }, { markets, observedAt, seq, texts }) =>
    Effect.gen(function* () {
      const stored = numbered(sightings, SIGHTING_WIDTH, market, markets)
      for (const { from, rows, values } of blocksOf(stored, SIGHTING_WIDTH)) {
        const parameters = [values, observedAt, seq]
        const positions = yield* sql.unsafe<{ position: number }>(changed.get(rows) as string, parameters)
        for (let i = 0; i < positions.length; i += ROWS_AT_A_TIME) {
          const changed: Array<ReadonlyArray<EntityCell>> = []
          for (const { position } of positions.slice(i, i + ROWS_AT_A_TIME)) {
            const row = rowAt(from + position)
            if (row === null) return yield* new RowMissing({ table: name })
            changed.push([values[position * SIGHTING_WIDTH] as Cell, ...row.slice(1)])
          }
          yield* writeRows(changed, texts)
        }
        yield* sql.unsafe(sight.get(rows) as string, parameters)
      }
    })
}
