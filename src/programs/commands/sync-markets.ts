import { Effect } from "effect"
import { sync } from "../../domain/ask/feeds/all.ts"
import { nowSeconds } from "../../layers/clock/now.ts"
import { Collector } from "../../services/Collector.ts"
import { signer } from "../cli/credentials.ts"
import { pastOf } from "../cli/moments.ts"
import { collectorEvents, conclude } from "../cli/outcomes.ts"
import { rebuildIfOutdated, recover } from "../cli/prepare.ts"
import { recording } from "../cli/recording.ts"
import type { Values } from "../definitions/sync-markets.ts"
import { withProgress } from "../terminal/progress.ts"

export const run = ({ json, ...values }: Values) =>
  Effect.gen(function* () {
    const from = yield* pastOf("--since", values.since, yield* nowSeconds)
    yield* Effect.gen(function* () {
      const collector = yield* Collector
      yield* recover
      const outcomes = yield* withProgress("syncing", "items", (progress) =>
        Effect.flatMap(collectorEvents([sync.name], progress), (events) =>
          collector.once([sync], { ...events, ...(from === undefined ? {} : { since: from }) })
        )
      )
      yield* rebuildIfOutdated
      yield* conclude(json, outcomes)
    }).pipe(Effect.provide(recording({ ...values, signer: yield* signer, program: "sync-markets" })))
  })
