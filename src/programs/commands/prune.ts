import { Effect, Layer } from "effect"
import { NotExported } from "../../domain/errors.ts"
import { type Age, before as ageBefore } from "../../domain/units/age.ts"
import type { SlotSeconds } from "../../domain/units/time.ts"
import { nowSeconds } from "../../layers/clock/now.ts"
import { exportsPath } from "../../layers/files/data-dir.ts"
import * as SqlitePruner from "../../layers/prune/Pruner.ts"
import { Projector } from "../../services/Projector.ts"
import { type PrunedTable, type PruneOptions, Pruner, type Removal } from "../../services/Pruner.ts"
import { reader, rewriter } from "../cli/layers.ts"
import { rebuildIfOutdated, warnIfOutdated } from "../cli/prepare.ts"
import type { Values } from "../definitions/prune.ts"
import { plural, result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"

/** Converts ages to seconds, counted back from `now`. The length of a month depends on the calendar. */
const keptSeconds = (
  now: SlotSeconds,
  ages: Readonly<Record<string, Age | undefined>>
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(ages).flatMap(([table, age]) =>
      age === undefined ? [] : [[table, now - ageBefore(now, age)]]
    )
  )

const span = ({ before, from, rows, slots }: Omit<Removal, "table">): string =>
  `${plural(rows, "row")} in ${plural(slots, "slot")} from ${from} until ${before}`

const lines = (applied: boolean, tables: ReadonlyArray<PrunedTable>): ReadonlyArray<string> => [
  ...tables.flatMap(({ before, from, keptFrom, rows, slots, stays, table }) => [
    from === null || before === null
      ? `${table}: nothing to remove before ${keptFrom}`
      : `${table}: ${span({ before, from, rows, slots })} ${applied ? "removed" : "would be removed"}`,
    ...(stays === null
      ? []
      : [`${table}: ${plural(stays.slots, "slot")} from ${stays.slot} on stay: ${stays.why}`])
  ]),
  ...(applied ? [] : ["nothing was changed; --apply removes"])
]

/** Logs what will be removed before the first row is removed, so that a mistyped age can still be stopped. */
const announce = ({ table, ...slots }: Removal) => Effect.logWarning(`${table}: removing ${span(slots)}`)

const pruneWithProgress = (options: PruneOptions) =>
  withProgress("pruning", "slots", ({ at }) =>
    Effect.flatMap(Pruner, (pruner) =>
      pruner.prune({ ...options, onProgress: ({ of, slots }) => at(slots, of) })
    )
  )

export const run = ({ apply, dataDir, json, keepOrderbooks, keepPrices, vacuum, ...options }: Values) =>
  Effect.gen(function* () {
    const now = yield* nowSeconds
    const wanted: PruneOptions = {
      apply,
      exported: options.exported ?? exportsPath(dataDir),
      now,
      keptSeconds: keptSeconds(now, { price_snapshots: keepPrices, orderbook_snapshots: keepOrderbooks }),
      onRemoving: announce
    }
    const pruned = yield* apply
      ? Effect.gen(function* () {
          yield* rebuildIfOutdated
          // Projecting an older observation after the prune would insert rows before the cut-off again.
          yield* Effect.flatMap(Projector, (projector) => projector.catchUp())
          const done = yield* pruneWithProgress(wanted)
          if (vacuum) yield* Effect.flatMap(Pruner, (pruner) => pruner.vacuum)
          return done
        }).pipe(Effect.provide(Layer.provideMerge(SqlitePruner.layer(dataDir), rewriter(dataDir, "prune"))))
      : Effect.zipRight(warnIfOutdated, pruneWithProgress(wanted)).pipe(
          Effect.provide(Layer.provideMerge(SqlitePruner.layer(dataDir), reader(dataDir)))
        )
    yield* result(json, pruned, lines(apply, pruned.tables))
    const staying = pruned.tables.flatMap(({ stays, table }) => (stays === null ? [] : [{ ...stays, table }]))
    if (apply && staying.length > 0) return yield* new NotExported({ exported: pruned.exported, staying })
  })
