/** One observation through the projections that want it: a pure function, run in whatever thread. */
import { hash } from "node:crypto"
import type { Cell, EntityRows, FactRows, Projection } from "../../domain/projection.ts"
import { holdsMarkets } from "../../domain/projections/markets.ts"
import type { Reading } from "../../domain/reading.ts"
import { expectedEra } from "../../domain/wire/era.ts"
import { eraOf, markets } from "../../domain/wire/market/market.ts"
import type { Interpreted, InterpretedEntities, InterpretedFacts } from "../../services/Interpreter.ts"

/** Of a projection that does not say otherwise. */
const ANSWERS = [200]

export const interpret = (reading: Reading, projections: ReadonlyArray<Projection>): Interpreted => {
  const { observation } = reading
  const projected = projections
    .filter(({ statuses = ANSWERS }) => statuses.includes(observation.status))
    .filter((projection) => projection.reads(observation))
    .map((projection) => ({ projection: projection.name, ...projection.project(reading) }))
  const first = holdsMarkets(observation.endpoint) ? reading.first(markets) : undefined
  const era = projected.length === 0 || first === undefined ? undefined : eraOf(first)
  return {
    seq: observation.seq,
    observedAt: observation.observedAt,
    tables: projected
      .flatMap(({ rows }) => rows)
      .filter(({ rows }) => rows.length > 0)
      .map((rows) => (rows.table.kind === "facts" ? facts(rows as FactRows) : entities(rows as EntityRows))),
    problems: projected.flatMap(({ problems, projection }) =>
      problems.map((wrong) => ({ ...wrong, projection }))
    ),
    surprise: era === expectedEra(observation.observedAt) ? undefined : era
  }
}

const facts = ({ rows, table }: FactRows): InterpretedFacts => ({
  kind: "facts",
  table: table.name,
  count: rows.length,
  rows: JSON.stringify(rows)
})

const entities = ({ rows, table }: EntityRows): InterpretedEntities => {
  const last = new Map<Cell | undefined, EntityRows["rows"][number]>()
  for (const row of rows) {
    const before = last.get(row.cells[0])
    if (before === undefined || row.final || !before.final) last.set(row.cells[0], row)
  }
  const seen: Array<readonly [key: Cell | undefined, final: number, digest: string]> = []
  const texts: Array<string> = []
  for (const { cells, final } of last.values()) {
    const text = JSON.stringify(cells)
    seen.push([cells[0], Number(final), hash("sha1", text, "base64")])
    texts.push(text)
  }
  return { kind: "entities", table: table.name, count: texts.length, seen: JSON.stringify(seen), rows: texts }
}
