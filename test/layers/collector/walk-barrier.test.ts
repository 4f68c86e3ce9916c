/** Feeds that ask about markets one by one wait for the slot's listing, and for nothing else. */
import { NodeContext } from "@effect/platform-node"
import { assert, describe } from "@effect/vitest"
import { Context, Duration, Effect, Fiber, Layer, TestClock } from "effect"
import { feeds } from "../../../src/domain/ask/feeds/all.ts"
import { candlesticks } from "../../../src/domain/ask/feeds/candlesticks.ts"
import { markets } from "../../../src/domain/ask/feeds/markets.ts"
import { orderbooks } from "../../../src/domain/ask/feeds/orderbooks.ts"
import { settlements } from "../../../src/domain/ask/feeds/settlements.ts"
import { states } from "../../../src/domain/ask/feeds/states.ts"
import * as WalkBarrier from "../../../src/layers/collector/walk-barrier.ts"
import { recording } from "../../../src/programs/cli/recording.ts"
import { Collector } from "../../../src/services/Collector.ts"
import { it } from "../../clock/noon.ts"
import { folder } from "../../programs/run.ts"
import { exchange, faults } from "../../simulator/support.ts"
import { rowsOf } from "../projector/support.ts"

const [MINUTE, QUARTER] = [60, 900]
/** A boundary of a quarter of an hour. */
const T = 1_700_000_100

const clockAt = (seconds: number) => TestClock.setTime(seconds * 1000)

/** Whether the feed has continued by now. */
const goneOn = <A, E>(fiber: Fiber.Fiber<A, E>) =>
  Effect.zipRight(
    Effect.repeatN(Effect.yieldNow(), 20),
    Effect.map(fiber.poll, ({ _tag }) => _tag === "Some")
  )

describe("waiting for a listing", () => {
  const make = (last?: number) =>
    WalkBarrier.make({ interval: QUARTER, last, patience: `${QUARTER} seconds` })

  it.effect("ends with the run of the boundary at or before the slot, complete or not", () =>
    Effect.gen(function* () {
      assert.strictEqual(T % QUARTER, 0)
      yield* clockAt(T)
      const barrier = yield* make(T - QUARTER)
      const waits = yield* Effect.fork(barrier.awaitFor(T + MINUTE))
      assert.isFalse(yield* goneOn(waits))
      yield* TestClock.adjust("2 minutes")
      assert.isFalse(yield* goneOn(waits), "the one before is not enough")
      yield* barrier.pass(T)
      assert.isTrue(yield* goneOn(waits))
      assert.isTrue(
        yield* goneOn(yield* Effect.fork(barrier.awaitFor(T + MINUTE))),
        "nor does a later one wait"
      )
    })
  )

  it.effect(
    "ends with an older run that finishes after the slot, if the slot's own was skipped in the meantime",
    () =>
      Effect.gen(function* () {
        yield* clockAt(T)
        const barrier = yield* make(T - 2 * QUARTER)
        const waits = yield* Effect.fork(barrier.awaitFor(T))
        assert.isFalse(yield* goneOn(waits))
        yield* TestClock.adjust("3 minutes")
        yield* barrier.pass(T - QUARTER)
        assert.isTrue(yield* goneOn(waits))
      })
  )

  it.effect("ends after an interval without any run, and the stored markets are used", () =>
    Effect.gen(function* () {
      yield* clockAt(T)
      const barrier = yield* make()
      const waits = yield* Effect.fork(barrier.awaitFor(T))
      yield* TestClock.adjust("14 minutes")
      assert.isFalse(yield* goneOn(waits))
      yield* TestClock.adjust("61 seconds")
      assert.isTrue(yield* goneOn(waits))
    })
  )
})

/** The time that a whole slot waits for a silent exchange; users wait 20 s. */
const SILENCE_SECONDS = 4

const collecting = (apiUrl: string, dataDir: string) =>
  Layer.build(
    recording({
      apiUrl,
      dataDir,
      program: "test",
      readTokensPerSecond: 10_000,
      allowOtherExchange: false,
      http: { silenceMax: `${SILENCE_SECONDS} seconds` }
    })
  ).pipe(
    Effect.map((context) => Context.get(context, Collector)),
    Effect.provide(NodeContext.layer)
  )

const silent = { onPage: () => Effect.void, onOutcome: () => Effect.void }

describe("feeds with a market set", () => {
  it.scopedLive(
    "ask about the markets listed in the same slot, and about the stored markets if the listing fails",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange({ markets: 60, faults: yield* faults("slow@/markets$:ms=300") })
        const dataDir = yield* folder
        const collector = yield* collecting(x.url, dataDir)
        const first = yield* collector.once([orderbooks, markets], silent)
        assert.deepStrictEqual(
          first.map(({ feed, status }) => `${feed} ${status}`),
          ["orderbooks complete", "markets complete"]
        )
        const traded = rowsOf(
          dataDir,
          "SELECT count(*) AS n FROM price_snapshots WHERE volume > 0 OR open_interest > 0"
        )[0]?.n
        assert.strictEqual(first[0]?.items, traded, "on an empty database already")

        yield* x.setFaults(yield* faults("403@/markets$"))
        const second = yield* collector.once([orderbooks, markets], silent)
        assert.deepStrictEqual(
          second.map(({ feed, items, status }) => `${feed} ${status} ${items}`),
          [`orderbooks complete ${traded}`, "markets failed 0"]
        )
      })
  )

  it.scopedLive("ask for the candles of closed markets too, even on an empty database", () =>
    Effect.gen(function* () {
      // The listings of closed markets take longer than that of open ones.
      const x = yield* exchange({ markets: 300, faults: yield* faults("slow@/markets$:ms=400,from=3") })
      const dataDir = yield* folder
      const collector = yield* collecting(x.url, dataDir)
      yield* collector.once([candlesticks, states, settlements, markets], silent)
      const over = rowsOf(
        dataDir,
        `SELECT ticker FROM markets WHERE status IN ('closed', 'inactive', 'determined', 'finalized')
           AND close_time > (SELECT min(observed_at) FROM markets)`
      )
      const asked = rowsOf(
        dataDir,
        "SELECT request FROM observations WHERE endpoint = 'GET /markets/candlesticks'"
      )
        .map(({ request }) => String(request))
        .join()
      assert.isAbove(over.length, 0)
      for (const { ticker } of over) assert.include(asked, String(ticker))
    })
  )

  it.scopedLive("do not delay one another on boundaries when listings are skipped or fail", () =>
    Effect.gen(function* () {
      // The second listing takes more than two slots, and the fourth is refused.
      const x = yield* exchange({
        markets: 60,
        faults: yield* faults("slow@/markets$:ms=2500,at=2; 403@/markets$:at=4")
      })
      const dataDir = yield* folder
      const collector = yield* collecting(x.url, dataDir)
      const running = yield* Effect.fork(
        collector.run(
          [
            { feed: markets, interval: 1 },
            { feed: orderbooks, interval: 2 }
          ],
          silent
        )
      )
      const of = (feed: string, status: string) =>
        rowsOf(
          dataDir,
          `SELECT slot FROM collection_runs
           WHERE feed = '${feed}' AND status = '${status}' AND reason IS NOT 'interrupted'`
        ).length
      while (of("markets", "failed") < 1 || of("orderbooks", "complete") < 2)
        yield* Effect.sleep("100 millis")
      yield* Fiber.interrupt(running)
      assert.isAtLeast(of("markets", "skipped"), 1)
      assert.strictEqual(of("markets", "failed"), 1)
      assert.strictEqual(of("orderbooks", "failed"), 0)
      assert.strictEqual(of("orderbooks", "running") + of("markets", "running"), 0)
    })
  )

  it.scopedLive(
    "all fail in a slot without an exchange, and that slot takes no longer than one feed",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange({ markets: 20 })
        const dataDir = yield* folder
        // Markets are known from before, so that every feed with a market set has requests to make.
        yield* Effect.scoped(
          Effect.flatMap(collecting(x.url, dataDir), (collector) => collector.once([markets, states], silent))
        )
        yield* x.setFaults(yield* faults("down"))
        const collector = yield* collecting(x.url, dataDir)
        const [took, outcomes] = yield* Effect.timed(collector.once(feeds, silent))
        assert.strictEqual(outcomes.length, feeds.length)
        assert.deepStrictEqual(
          outcomes.filter(({ status }) => status !== "failed").map(({ feed }) => feed),
          []
        )
        // The feeds that waited for the listing get one last attempt of 2 s each, at the same time.
        assert.isBelow(Duration.toSeconds(took), SILENCE_SECONDS + 9)
      }),
    300_000
  )
})
