import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import { Effect, Layer, Option } from "effect"
import ms from "ms"
import { NotExported } from "../../domain/errors.ts"
import { retained } from "../../domain/retention.ts"
import { exportsPath } from "../../layers/data-dir.ts"
import { nowSeconds } from "../../layers/now.ts"
import * as SqlitePruner from "../../layers/sqlite/Pruner.ts"
import { Projector } from "../../services/Projector.ts"
import { type PrunedTable, type PruneOptions, Pruner } from "../../services/Pruner.ts"
import { reader, writer } from "../compose.ts"
import { rebuildIfOutdated, warnIfOutdated } from "../prepare.ts"
import * as settings from "../settings.ts"
import { count, plural, result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"

const apply = Options.boolean("apply").pipe(
  Options.withDescription("Remove; without it nothing changes, and the report says what would be removed")
)
const exported = Options.text("exported").pipe(
  Options.withDescription(
    "Folder of the Parquet export that must hold the rows (default: exports/ in the data directory)"
  ),
  Options.optional
)
const vacuum = Options.boolean("vacuum").pipe(
  Options.withDescription(
    "With --apply: make the file smaller too. Needs as much free disk as the database is large"
  )
)

/** `1y`, `30d`, `12h` as whole seconds. */
const keep = (name: string, table: string) =>
  Options.text(name).pipe(
    Options.withDescription(
      `How long ${table} keeps its rows, such as 1y, 30d or 12h (default: ${daysOf(table)} days)`
    ),
    Options.mapTryCatch(
      (text) => {
        const millis = /^\s*\d/.test(text) ? ms(text.trim() as ms.StringValue) : undefined
        if (millis === undefined || !Number.isFinite(millis)) throw new Error("no time")
        return Math.floor(millis / 1000)
      },
      () => HelpDoc.p(`--${name} wants a time such as 1y, 30d or 12h`)
    ),
    Options.optional,
    Options.map(
      (seconds): Readonly<Record<string, number>> =>
        Option.match(seconds, { onNone: () => ({}), onSome: (kept) => ({ [table]: kept }) })
    )
  )

const daysOf = (table: string): number =>
  (retained.find(({ table: { name } }) => name === table)?.keptSeconds ?? 0) / 86_400

const keepPrices = keep("keep-prices", "price_snapshots")
const keepOrderbooks = keep("keep-orderbooks", "orderbook_snapshots")

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

export const prune = Command.make(
  "prune",
  { dataDir: settings.dataDir, json: settings.json, apply, exported, vacuum, keepPrices, keepOrderbooks },
  ({ apply, dataDir, json, keepOrderbooks, keepPrices, vacuum, ...options }) =>
    Effect.gen(function* () {
      const wanted: PruneOptions = {
        apply,
        exported: Option.getOrElse(options.exported, () => exportsPath(dataDir)),
        now: yield* nowSeconds,
        keptSeconds: { ...keepPrices, ...keepOrderbooks }
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
      const staying = pruned.tables.flatMap(({ stays, table }) =>
        stays === null ? [] : [{ ...stays, table }]
      )
      if (apply && staying.length > 0) return yield* new NotExported({ exported: pruned.exported, staying })
    })
).pipe(
  Command.withDescription(
    "Removes table rows that are past their keep and in the Parquet export; never the log. Freed pages are used again by what is recorded next: the file does not get smaller without --vacuum"
  )
)
