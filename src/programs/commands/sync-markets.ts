import { Effect } from "effect"
import { sync } from "../../domain/feeds/all.ts"
import { nowSeconds } from "../../layers/now.ts"
import { Collector } from "../../services/Collector.ts"
import { signer } from "../credentials.ts"
import type { Values } from "../definitions/sync-markets.ts"
import { pastOf } from "../moments.ts"
import { collectorEvents, conclude } from "../outcomes.ts"
import { rebuildIfOutdated, recover } from "../prepare.ts"
import { recording } from "../recording.ts"
import { withProgress } from "../terminal/progress.ts"

export const run = ({ json, ...values }: Values) =>
  Effect.gen(function* () {
    const from = yield* pastOf("--since", values.since, yield* nowSeconds)
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
    }).pipe(Effect.provide(recording({ ...values, signer: yield* signer, program: "sync-markets" })))
  })
