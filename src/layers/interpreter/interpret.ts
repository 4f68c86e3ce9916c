/** One observation through the projections that want it: a pure function but for what it remembers. */
import {
  type Cell,
  type EntityRow,
  type EntityRows,
  type FactRows,
  MARKET_COLUMN,
  type Projection,
  type Table
} from "../../domain/projection.ts"
import { holdsMarkets } from "../../domain/projections/markets.ts"
import type { Reading } from "../../domain/reading.ts"
import { expectedEra } from "../../domain/wire/era.ts"
import { markets } from "../../domain/wire/market/market.ts"
import type { Interpreted, InterpretedEntities, InterpretedFacts } from "../../services/Interpreter.ts"
import type { Memory } from "./memory.ts"

interface Context {
  readonly memory: Memory
  readonly seq: number
}

/** Of a projection that does not say otherwise. */
const ANSWERS = [200]

export const interpret = (
  reading: Reading,
  projections: ReadonlyArray<Projection>,
  memory: Memory
): Interpreted => {
  const { observation } = reading
  const context: Context = { memory, seq: observation.seq }
  const projected = projections
    .filter(({ statuses = ANSWERS }) => statuses.includes(observation.status))
    .filter((projection) => projection.reads(observation))
    .map((projection) => ({ projection: projection.name, ...projection.project(reading) }))
  const wanted = projected.length > 0 && holdsMarkets(observation.endpoint)
  const era = wanted ? reading.items(markets).items[0]?.era : undefined
  return {
    seq: observation.seq,
    observedAt: observation.observedAt,
    tables: projected
      .flatMap(({ rows }) => rows)
      .filter(({ rows }) => rows.length > 0)
      .map((rows) =>
        rows.table.kind === "facts" ? facts(rows as FactRows, context) : entities(rows as EntityRows, context)
      ),
    problems: projected.flatMap(({ problems, projection }) =>
      problems.map((wrong) => ({ ...wrong, projection }))
    ),
    surprise: era === expectedEra(observation.observedAt) ? undefined : era
  }
}

/** JSON of the tickers among these keys that have not been handed on before. */
const newTickers = (keys: ReadonlyArray<Cell | undefined>, { memory, seq }: Context): string | undefined => {
  const fresh = keys.filter((ticker) => typeof ticker === "string" && memory.isNew(ticker, seq))
  return fresh.length === 0 ? undefined : JSON.stringify(fresh)
}

const marketColumn = ({ columns }: Table): number => columns.indexOf(MARKET_COLUMN)

const facts = ({ rows, table }: FactRows, context: Context): InterpretedFacts => {
  const market = marketColumn(table)
  return {
    kind: "facts",
    table: table.name,
    count: rows.length,
    newTickers:
      market === -1
        ? undefined
        : newTickers(
            rows.map((row) => row[market]),
            context
          ),
    rows: JSON.stringify(rows)
  }
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

const entities = ({ rows, table }: EntityRows, context: Context): InterpretedEntities => {
  const { memory } = context
  const seen: Array<readonly [key: string, final: number, digest: string]> = []
  const texts: Array<string | null> = []
  const words = lastWords(rows)
  for (const { cells, digest, final, key } of words) {
    if (digest !== undefined && memory.knows(key, digest)) {
      seen.push([key, Number(final), digest])
      texts.push(null)
      continue
    }
    const text = JSON.stringify(cells())
    if (digest !== undefined) memory.learn(key, digest)
    seen.push([key, Number(final), digest ?? memory.digest(text)])
    texts.push(text)
  }
  return {
    kind: "entities",
    table: table.name,
    count: texts.length,
    newTickers:
      marketColumn(table) === 0
        ? newTickers(
            words.map(({ key }) => key),
            context
          )
        : undefined,
    seen: JSON.stringify(seen),
    rows: texts
  }
}
