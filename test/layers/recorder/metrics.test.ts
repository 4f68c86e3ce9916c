/** The metrics of a run, as a program that embeds the recorder reads them. */
import { assert, describe } from "@effect/vitest"
import { Effect, Metric } from "effect"
import * as Metrics from "../../../src/layers/metrics.ts"
import { Projector } from "../../../src/services/Projector.ts"
import { Recorder } from "../../../src/services/Recorder.ts"
import { it } from "../../clock/noon.ts"
import { exchange, faults } from "../../simulator/support.ts"
import { scopedFolder } from "../sqlite/support.ts"
import { feedOf, SLOT } from "./support.ts"
import { recordingIn } from "./tables.ts"

const labelled = (feed: string) => {
  const of = <Type, In, Out>(metric: Metric.Metric<Type, In, Out>) =>
    Metric.value(Metric.tagged(metric, "feed", feed))
  return Effect.all({
    attempts: of(Metrics.attempts),
    rateLimited: of(Metrics.rateLimited),
    pages: of(Metrics.pages),
    items: of(Metrics.items),
    bytes: of(Metrics.bytes)
  }).pipe(
    Effect.map((all) => Object.fromEntries(Object.entries(all).map(([name, { count }]) => [name, count])))
  )
}

describe("the metrics of a run", () => {
  it.scopedLive("count its pages, items and bytes, its requests, and those answered 429", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 30, faults: yield* faults("429:count=2") })
      const folder = yield* scopedFolder
      const feed = { ...feedOf(), name: "metered" }
      const before = yield* Metric.value(Metrics.rows)
      const [outcome, { rows }] = yield* Effect.gen(function* () {
        const [recorder, projector] = [yield* Recorder, yield* Projector]
        const run = recorder.run({ feed, slot: SLOT, interval: 900 })
        return [yield* Effect.tagMetrics(run, "feed", feed.name), yield* projector.catchUp()] as const
      }).pipe(Effect.provide(recordingIn(folder, x)))
      const { attempts, bytes, items, pages, rateLimited } = yield* labelled(feed.name)
      assert.deepStrictEqual({ pages, items }, { pages: outcome.pages, items: outcome.items })
      assert.strictEqual(rateLimited, 2)
      assert.strictEqual(attempts, outcome.pages + 2)
      assert.isAbove(Number(bytes), 1000)
      assert.isAbove(rows, 30)
      assert.strictEqual((yield* Metric.value(Metrics.rows)).count - before.count, rows)
    })
  )
})
