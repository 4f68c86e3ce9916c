import { Effect, Layer } from "effect"
import { MaintenanceFailed } from "../../domain/errors.ts"
import { before as ageBefore } from "../../domain/units/age.ts"
import { nowSeconds } from "../../layers/clock/now.ts"
import * as PrunerLive from "../../layers/prune/Pruner.ts"
import { type PrunedTable, type PruneReport, Pruner, whyRowsStay } from "../../services/Pruner.ts"
import { maintenance } from "../cli/maintenance-layers.ts"
import { failIfOutdated } from "../cli/prepare.ts"
import type { Values } from "../definitions/prune.ts"
import { plural, result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"

const linesOf =
  (keptFrom: string) =>
  ({ before, from, rows, spans, stays, table }: PrunedTable): ReadonlyArray<string> => [
    from === null || before === null
      ? `${table}: nothing to remove before ${keptFrom}`
      : `${table}: ${plural(rows, "row")} in ${plural(spans, "span")} from ${from} until ${before} removed`,
    ...(stays === null ? [] : [`${table}: the rows from ${stays.from} on stay: ${stays.why}`])
  ]

/** Describes what was removed, a line or two for each table. */
export const pruneLines = ({ keptFrom, tables }: PruneReport): ReadonlyArray<string> =>
  tables.flatMap(linesOf(keptFrom))

export const run = ({ dataDir, json, keepHot }: Values) =>
  Effect.gen(function* () {
    yield* failIfOutdated
    const pruner = yield* Pruner
    const before = ageBefore(yield* nowSeconds, keepHot)
    const report = yield* withProgress("pruning", "spans", ({ at }) =>
      pruner.prune({ before, onProgress: ({ of, spans }) => at(spans, of) })
    )
    yield* result(json, report, pruneLines(report))
    const why = whyRowsStay(report)
    if (why !== null) return yield* new MaintenanceFailed({ failures: [{ step: "prune", why }] })
  }).pipe(Effect.provide(Layer.provideMerge(PrunerLive.layer(dataDir), maintenance(dataDir, "prune"))))
