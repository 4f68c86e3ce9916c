import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect } from "effect"
import { sync } from "../../domain/feeds/all.ts"
import { nowSeconds } from "../../layers/now.ts"
import { Collector } from "../../services/Collector.ts"
import { collectorEvents, conclude } from "../outcomes.ts"
import { rebuildIfOutdated, recover } from "../prepare.ts"
import { recording } from "../recording.ts"
import * as settings from "../settings.ts"
import { withProgress } from "../terminal/progress.ts"

const since = Options.text("since").pipe(
  Options.withDescription("How far back settled markets go on a first run: a time or an age (default 24h)"),
  Options.optional
)

export const syncMarkets = Command.make(
  "sync-markets",
  { dataDir: settings.dataDir, json: settings.json, since, ...settings.exchange },
  ({ json, ...options }) =>
    Effect.gen(function* () {
      const from = yield* settings.parseSince(options.since, yield* nowSeconds)
      yield* Effect.gen(function* () {
        const collector = yield* Collector
        yield* rebuildIfOutdated
        yield* recover
        const outcomes = yield* withProgress("syncing", "items", (progress) =>
          Effect.flatMap(collectorEvents([sync.name], progress), (events) =>
            collector.once([sync], { ...events, ...(from === undefined ? {} : { since: from }) })
          )
        )
        yield* conclude(json, outcomes)
      }).pipe(Effect.provide(recording({ ...options, program: "sync-markets" })))
    })
).pipe(Command.withDescription("Events, then open and settled markets, without prices"))
