import { Effect, Layer } from "effect"
import ms from "ms"
import { NotExported, WrongUsage } from "../../domain/errors.ts"
import { exportsPath } from "../../layers/data-dir.ts"
import { nowSeconds } from "../../layers/now.ts"
import * as SqlitePruner from "../../layers/sqlite/Pruner.ts"
import { Projector } from "../../services/Projector.ts"
import { type PrunedTable, type PruneOptions, Pruner } from "../../services/Pruner.ts"
import { reader, writer } from "../compose.ts"
import type { Values } from "../definitions/prune.ts"
import { rebuildIfOutdated, warnIfOutdated } from "../prepare.ts"
import { count, plural, result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"

/** `1y`, `30d`, `12h` as whole seconds. */
const keep = (
  flag: string,
  text: string | undefined,
  table: string
): Effect.Effect<Readonly<Record<string, number>>, WrongUsage> => {
  if (text === undefined) return Effect.succeed({})
  const millis = /^\s*\d/.test(text) ? ms(text.trim() as ms.StringValue) : undefined
  return millis === undefined || !Number.isFinite(millis)
    ? new WrongUsage({ why: `${flag} wants a time such as 1y, 30d or 12h` })
    : Effect.succeed({ [table]: Math.floor(millis / 1000) })
}

const lines = (applied: boolean, tables: ReadonlyArray<PrunedTable>): ReadonlyArray<string> => [
  ...tables.flatMap(({ before, keptFrom, rows, slots, stays, table }) => [
    slots === 0
      ? `${table}: nothing to remove before ${keptFrom}`
      : `${table}: ${count(rows)} rows in ${plural(slots, "slot")} before ${before} ${applied ? "removed" : "would be removed"}`,
    ...(stays === null
      ? []
      : [`${table}: ${plural(stays.slots, "slot")} from ${stays.slot} on stay: ${stays.why}`])
  ]),
  ...(applied ? [] : ["nothing was changed; --apply removes"])
]

const pruneWithProgress = (options: PruneOptions) =>
  withProgress("pruning", "slots", ({ at }) =>
    Effect.flatMap(Pruner, (pruner) =>
      pruner.prune({ ...options, onProgress: ({ of, slots }) => at(slots, of) })
    )
  )

export const run = ({ apply, dataDir, json, keepOrderbooks, keepPrices, vacuum, ...options }: Values) =>
  Effect.gen(function* () {
    const wanted: PruneOptions = {
      apply,
      exported: options.exported ?? exportsPath(dataDir),
      now: yield* nowSeconds,
      keptSeconds: {
        ...(yield* keep("--keep-prices", keepPrices, "price_snapshots")),
        ...(yield* keep("--keep-orderbooks", keepOrderbooks, "orderbook_snapshots"))
      }
    }
    const pruned = yield* apply
      ? Effect.gen(function* () {
          yield* rebuildIfOutdated
          // An answer that no table has read yet would bring back a slot behind its cut-off.
          yield* Effect.flatMap(Projector, (projector) => projector.catchUp())
          const done = yield* pruneWithProgress(wanted)
          if (vacuum) yield* Effect.flatMap(Pruner, (pruner) => pruner.vacuum)
          return done
        }).pipe(Effect.provide(Layer.provideMerge(SqlitePruner.layer(dataDir), writer(dataDir, "prune"))))
      : Effect.zipRight(warnIfOutdated, pruneWithProgress(wanted)).pipe(
          Effect.provide(Layer.provideMerge(SqlitePruner.layer(dataDir), reader(dataDir)))
        )
    yield* result(json, pruned, lines(apply, pruned.tables))
    const staying = pruned.tables.flatMap(({ stays, table }) => (stays === null ? [] : [{ ...stays, table }]))
    if (apply && staying.length > 0) return yield* new NotExported({ exported: pruned.exported, staying })
  })
