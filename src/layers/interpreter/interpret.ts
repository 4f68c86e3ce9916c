/** One observation through the projections that want it: a pure function but for what it remembers. */
import type { Cell, EntityRow, EntityRows, FactRows, Projection } from "../../domain/projection.ts"
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
  return {
    seq: observation.seq,
    observedAt: observation.observedAt,
    tables: projected
      .flatMap(({ rows }) => rows)
      .filter(({ rows }) => rows.length > 0)
      .map((rows) =>
        rows.table.kind === "facts" ? facts(rows as FactRows) : entities(rows as EntityRows, memory)
      ),
    problems: projected.flatMap(({ problems, projection }) =>
      problems.map((wrong) => ({ ...wrong, projection }))
    ),
    surprise: era === expectedEra(observation.observedAt) ? undefined : era
  }
}

const facts = ({ rows, table }: FactRows): InterpretedFacts => {
  const cells: Array<Cell> = []
  for (const row of rows) for (const cell of row) cells.push(cell)
  return { kind: "facts", table: table.name, count: rows.length, cells }
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

const entities = ({ rows, table }: EntityRows, memory: Memory): InterpretedEntities => {
  const words = lastWords(rows)
  const described = words.map(({ cells, digest, key }) => {
    if (digest !== undefined && memory.knows(key, digest)) return { digest, row: null }
    const row = cells()
    if (digest !== undefined) memory.learn(key, digest)
    return { digest: digest ?? memory.digest(JSON.stringify(row)), row }
  })
  return {
    kind: "entities",
    table: table.name,
    count: words.length,
    keys: words.map(({ key }) => key),
    finals: words.map(({ final }) => (final ? 1 : 0)),
    digests: described.map(({ digest }) => digest),
    rows: described.map(({ row }) => row)
  }
}
