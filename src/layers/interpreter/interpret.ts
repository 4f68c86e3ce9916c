/** One observation through the projections that want it: a pure function but for what it remembers. */
import {
  type Cell,
  type EntityRow,
  type EntityRows,
  type FactRows,
  MARKET_COLUMN,
  type Projection
} from "../../domain/projection.ts"
import { holdsMarkets } from "../../domain/projections/markets.ts"
import type { Reading } from "../../domain/reading.ts"
import { expectedEra } from "../../domain/wire/era.ts"
import { markets } from "../../domain/wire/market/market.ts"
import type { Interpreted, InterpretedEntities, InterpretedFacts } from "../../services/Interpreter.ts"
import type { Memory } from "./memory.ts"

/** Of a projection that does not say otherwise. */
const ANSWERS = [200]

export const interpret = (
  reading: Reading,
  projections: ReadonlyArray<Projection>,
  memory: Memory
): Interpreted => {
  const { observation } = reading
  const projected = projections
    .filter(({ statuses = ANSWERS }) => statuses.includes(observation.status))
    .filter((projection) => projection.reads(observation))
    .map((projection) => ({ projection: projection.name, ...projection.project(reading) }))
  const wanted = projected.length > 0 && holdsMarkets(observation.endpoint)
  const era = wanted ? reading.items(markets).items[0]?.era : undefined
  const tickers = makeTickers()
  const tables = projected
    .flatMap(({ rows }) => rows)
    .filter(({ rows }) => rows.length > 0)
    .map((rows) =>
      rows.table.kind === "facts"
        ? facts(rows as FactRows, tickers)
        : entities(rows as EntityRows, tickers, memory)
    )
  return {
    seq: observation.seq,
    observedAt: observation.observedAt,
    tickers: tickers.all,
    tables,
    problems: projected.flatMap(({ problems, projection }) =>
      problems.map((wrong) => ({ ...wrong, projection }))
    ),
    surprise: era === expectedEra(observation.observedAt) ? undefined : era
  }
}

interface Tickers {
  readonly all: ReadonlyArray<string>
  readonly placeOf: (ticker: string) => number
}

/** Each ticker once, however many tables have a row of its market. */
const makeTickers = (): Tickers => {
  const all: Array<string> = []
  const places = new Map<string, number>()
  return {
    all,
    placeOf: (ticker) => {
      const known = places.get(ticker)
      if (known !== undefined) return known
      places.set(ticker, all.length)
      return all.push(ticker) - 1
    }
  }
}

const facts = ({ rows, table }: FactRows, tickers: Tickers): InterpretedFacts => {
  const market = table.columns.indexOf(MARKET_COLUMN)
  const placed =
    market === -1
      ? rows
      : rows.map((row) => row.map((cell, i) => (i === market ? tickers.placeOf(cell as string) : cell)))
  return { kind: "facts", table: table.name, count: rows.length, cells: numbersOf(placed) ?? placed.flat() }
}

/** The cells of rows that hold numbers only, in half the memory, and cheaply handed to another thread. */
const numbersOf = (rows: ReadonlyArray<ReadonlyArray<Cell>>): Float64Array | undefined => {
  const width = rows[0]?.length ?? 0
  const numbers = new Float64Array(rows.length * width)
  let at = 0
  for (const row of rows) {
    for (const cell of row) {
      if (typeof cell === "string") return undefined
      numbers[at++] = cell ?? Number.NaN
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

const entities = ({ rows, table }: EntityRows, tickers: Tickers, memory: Memory): InterpretedEntities => {
  const words = lastWords(rows)
  const ofMarkets = table.columns[0] === MARKET_COLUMN
  const sightings: Array<Cell> = []
  const wanted = words.map(({ cells, digest, final, key }) => {
    const known = digest !== undefined && memory.knows(key, digest)
    const row = known ? null : cells()
    if (digest !== undefined && !known) memory.learn(key, digest)
    sightings.push(
      ofMarkets ? tickers.placeOf(key) : key,
      final ? 1 : 0,
      digest ?? memory.digest(JSON.stringify(row))
    )
    return row
  })
  return {
    kind: "entities",
    table: table.name,
    count: words.length,
    sightings,
    rowAt: (place) => wanted[place] ?? null
  }
}
