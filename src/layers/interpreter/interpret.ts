/** One observation through the projections that want it: a pure function but for what it remembers. */

import type { LoggedObservation } from "../../domain/observation.ts"
import { holdsMarkets } from "../../domain/read/markets/projection.ts"
import { markets } from "../../domain/read/markets/wire/market.ts"
import {
  type Cell,
  type EntityCell,
  type EntityRow,
  type EntityRows,
  type EntityTable,
  type FactRows,
  MARKET_COLUMN,
  type Projection
} from "../../domain/read/projection.ts"
import type { Reading } from "../../domain/read/reading.ts"
import { expectedEra } from "../../domain/read/wire/era.ts"
import { uninterpretable } from "../../domain/read/wire/shape.ts"
import type {
  Interpreted,
  InterpretedEntities,
  InterpretedFacts,
  SharedText
} from "../../services/Interpreter.ts"
import type { Memory } from "./memory.ts"

/** Of a projection that does not say otherwise. */
const ANSWERS = [200]

export const interpret = (
  reading: Reading,
  projections: ReadonlyArray<Projection>,
  memory: Memory
): Interpreted => {
  const { observation } = reading
  const [tickers, texts] = [makePlaces(), makePlaces()]
  const made = projections.map((projection) => project(projection, reading, { tickers, texts, memory }))
  const tables = made.flatMap(({ tables }) => tables)
  return {
    seq: observation.seq,
    observedAt: observation.observedAt,
    tickers: tickers.all,
    texts: texts.all.map((content): SharedText => ({ digest: memory.digest(content), content })),
    tables,
    problems: made.flatMap(({ problems }) => problems),
    surprise: tables.length > 0 && holdsMarkets(observation.endpoint) ? surpriseIn(reading) : undefined
  }
}

const reads = ({ reads, statuses = ANSWERS }: Projection, observation: LoggedObservation): boolean =>
  statuses.includes(observation.status) && reads(observation)

interface Making {
  readonly tickers: Places
  readonly texts: Places
  readonly memory: Memory
}

type Made = Pick<Interpreted, "tables" | "problems">

const NOTHING: Made = { tables: [], problems: [] }

/**
 * Runs one projection on an answer. Returns all of its rows, or no rows and a problem with the reason. An
 * exception in one projection does not affect the others.
 */
const project = (projection: Projection, reading: Reading, { memory, texts, tickers }: Making): Made => {
  const before = [tickers.mark(), texts.mark()] as const
  try {
    if (!reads(projection, reading.observation)) return NOTHING
    const { problems, rows } = projection.project(reading)
    const tables = rows
      .filter(({ rows }) => rows.length > 0)
      .map((rows) =>
        rows.table.kind === "facts"
          ? facts(rows as FactRows, tickers)
          : entities(rows as EntityRows, tickers, texts, memory)
      )
    return { tables, problems: problems.map((wrong) => ({ ...wrong, projection: projection.name })) }
  } catch (error) {
    tickers.backTo(before[0])
    texts.backTo(before[1])
    return { tables: [], problems: [{ ...uninterpretable(error), projection: projection.name }] }
  }
}

/** Returns the era of the first market in an answer, if it differs from the era that its date suggests. */
const surpriseIn = (reading: Reading): Interpreted["surprise"] => {
  try {
    const era = reading.items(markets).items[0]?.era
    return era === expectedEra(reading.observation.observedAt) ? undefined : era
  } catch {
    // The projections that read markets have reported this failure as their problem.
    return undefined
  }
}

interface Places {
  readonly all: ReadonlyArray<string>
  readonly placeOf: (text: string) => number
  /** Returns the number of texts so far, to be passed to `backTo`. */
  readonly mark: () => number
  /** Forgets all texts that were added since `mark` returned this number. */
  readonly backTo: (mark: number) => void
}

/**
 * Each ticker once, however many tables have a row of its market, and each text that rows share. Half a surrogate
 * pair has no UTF-8, and would not be read back from a table as it was written.
 */
const makePlaces = (): Places => {
  const all: Array<string> = []
  const places = new Map<string, number>()
  return {
    all,
    placeOf: (text) => {
      const known = places.get(text)
      if (known !== undefined) return known
      places.set(text, all.length)
      return all.push(text.toWellFormed()) - 1
    },
    mark: () => all.length,
    backTo: (mark) => {
      for (const [text, place] of places) if (place >= mark) places.delete(text)
      all.length = mark
    }
  }
}

const facts = ({ rows, table }: FactRows, tickers: Places): InterpretedFacts => {
  const market = table.columns.indexOf(MARKET_COLUMN)
  const cells = numbersOf(rows, market, tickers) ?? placed(rows, market, tickers)
  return { kind: "facts", table: table.name, count: rows.length, cells }
}

const placed = (rows: FactRows["rows"], market: number, tickers: Places): ReadonlyArray<Cell> =>
  rows.flatMap((row) => row.map((cell, i) => (i === market ? tickers.placeOf(cell as string) : cell)))

/** The cells of rows that hold numbers only, in half the memory, and cheaply handed to another thread. */
const numbersOf = (rows: FactRows["rows"], market: number, tickers: Places): Float64Array | undefined => {
  const width = rows[0]?.length ?? 0
  const numbers = new Float64Array(rows.length * width)
  let at = 0
  for (const row of rows) {
    for (let i = 0; i < width; i++) {
      const cell = row[i] as Cell
      if (i === market) numbers[at++] = tickers.placeOf(cell as string)
      else if (typeof cell === "string") return undefined
      else numbers[at++] = cell ?? Number.NaN
    }
  }
  return numbers
}

/** One observation may describe a thing twice: the last word counts, unless an earlier one is final. */
const lastWords = (rows: ReadonlyArray<EntityRow>): ReadonlyArray<EntityRow> => {
  const last = new Map<string, EntityRow>()
  for (const row of rows) {
    const before = last.get(row.key)
    if (before === undefined || row.final || !before.final) last.set(row.key, row)
  }
  return [...last.values()]
}

const entities = (
  { rows, table }: EntityRows,
  tickers: Places,
  texts: Places,
  memory: Memory
): InterpretedEntities => {
  const words = lastWords(rows)
  const shared = sharedColumns(table, texts)
  const ofMarkets = table.columns[0] === MARKET_COLUMN
  const sightings: Array<Cell> = []
  const wanted = words.map(({ cells, digest, final, key }) => {
    const known = digest !== undefined && memory.learn(key, digest)
    const row = known ? null : cells()
    sightings.push(
      ofMarkets ? tickers.placeOf(key) : key,
      final ? 1 : 0,
      digest ?? memory.digest(JSON.stringify(row))
    )
    return row === null ? null : withPlaces(row, shared)
  })
  return {
    kind: "entities",
    table: table.name,
    count: words.length,
    sightings,
    rowAt: (place) => wanted[place] ?? null
  }
}

interface SharedColumn {
  readonly column: number
  readonly placeOf: (text: string) => number
}

const sharedColumns = ({ columns, shared = [] }: EntityTable, texts: Places): ReadonlyArray<SharedColumn> =>
  shared.map((column) => ({ column: columns.indexOf(column), placeOf: rememberingLast(texts.placeOf) }))

/** Markets of an event stand together: a text is mostly that of the row before, which is told faster than looked up. */
const rememberingLast = (placeOf: Places["placeOf"]): Places["placeOf"] => {
  let last: { readonly text: string; readonly place: number } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, place: placeOf(text) }
    return last.place
  }
}

/** A row that says of each text that rows share where it stands. */
const withPlaces = (cells: ReadonlyArray<EntityCell>, shared: ReadonlyArray<SharedColumn>) => {
  if (shared.length === 0) return cells
  const row = [...cells]
  for (const { column, placeOf } of shared) {
    const cell = row[column]
    if (typeof cell === "string") row[column] = placeOf(cell)
  }
  return row
}
