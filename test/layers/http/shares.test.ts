/** The shares of the budget when feeds ask at once for more than it holds. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Random, TestClock } from "effect"
import * as RateLimiter from "../../../src/layers/http/rate-limiter.ts"
import { quickClock } from "../../quick-clock.ts"

interface Sent {
  readonly feed: string
  readonly at: number
  readonly tokens: number
}

/**
 * A budget, and a transport that notes what the server counts and when, at a random time before the answer.
 */
const wire = (tokensPerSecond: number, latencyMillis = () => 20) =>
  Effect.gen(function* () {
    yield* quickClock
    const budget = yield* RateLimiter.make(tokensPerSecond)
    const sent: Array<Sent> = []
    const ask = (
      feed: string,
      { background = false, tokens = 10, verdict = "fine" as RateLimiter.RateVerdict, slow = 0 } = {}
    ): Effect.Effect<void> =>
      budget.spend(
        { feed, background, tokens },
        Effect.gen(function* () {
          const latency = slow || latencyMillis()
          const onTheWay = Math.floor(latency / 2)
          yield* Effect.sleep(onTheWay)
          sent.push({ feed, tokens, at: yield* Clock.currentTimeMillis })
          yield* Effect.sleep(latency - onTheWay)
        }),
        () => verdict
      )
    return { budget, sent, ask }
  })

/** The most tokens in any second that begins with an arrival, and the most expensive single request. */
const busiestSecond = (sent: ReadonlyArray<Sent>) =>
  Math.max(
    0,
    ...sent.map(({ at }) =>
      sent
        .filter((other) => other.at >= at && other.at < at + 1000)
        .reduce((sum, { tokens }) => sum + tokens, 0)
    )
  )

const turnOf = (sent: ReadonlyArray<Sent>, feed: string) => sent.findIndex((one) => one.feed === feed)

/** A number from 0 to 1 that depends on the seed alone. */
const seededLatency = (seed: number) => {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

describe("fairness", () => {
  it.scoped("a feed with one request waits at most for one request of each other feed", () =>
    Effect.gen(function* () {
      const { ask, sent } = yield* wire(40)
      const floods = ["orderbooks", "candlesticks", "trades"]
      for (const feed of floods) {
        yield* Effect.fork(Effect.replicateEffect(ask(feed), 500, { concurrency: "unbounded" }))
      }
      yield* TestClock.adjust("10 seconds")
      const before = sent.length
      yield* Effect.fork(ask("markets"))
      yield* TestClock.adjust("3 seconds")
      assert.isAtMost(turnOf(sent.slice(before), "markets"), floods.length)
    })
  )

  it.scoped("a walk, one page after the other, gets its share beside five hundred requests", () =>
    Effect.gen(function* () {
      const random = seededLatency(7)
      const { ask, sent } = yield* wire(40, () => 30 + Math.floor(120 * random()))
      yield* Effect.fork(Effect.replicateEffect(ask("orderbooks"), 500, { concurrency: "unbounded" }))
      yield* Effect.fork(Effect.forever(ask("markets")))
      yield* TestClock.adjust("60 seconds")
      const mine = sent.filter(({ feed }) => feed === "markets").length
      assert.isAtLeast(mine / sent.length, 0.4)
    })
  )

  it.scoped("background requests wait for all others, and are still sent in the end", () =>
    Effect.gen(function* () {
      const { ask, sent } = yield* wire(40)
      yield* Effect.fork(
        Effect.replicateEffect(ask("backfill", { background: true }), 500, { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("5 seconds")
      const alone = sent.length
      assert.isAtLeast(alone, 8)
      yield* Effect.fork(Effect.replicateEffect(ask("markets"), 20, { concurrency: "unbounded" }))
      yield* TestClock.adjust("8 seconds")
      assert.deepStrictEqual(
        sent.slice(alone, alone + 20).map(({ feed }) => feed),
        Array.from({ length: 20 }, () => "markets")
      )
      assert.isAbove(sent.length, alone + 20)
    })
  )
})

describe("the background, when the exchange is slow", () => {
  const SLOW = { background: true, slow: 9000 }

  for (const tokens of [20, 25, 40, 75, 200]) {
    it.scoped(`leaves others at least half of ${tokens} tokens`, () =>
      Effect.gen(function* () {
        const { ask, sent } = yield* wire(tokens)
        yield* Effect.fork(Effect.replicateEffect(ask("backfill", SLOW), 2000, { concurrency: "unbounded" }))
        // The background's answers come at 9 s, and its tokens return at 10 s: another request is sent at
        // once at any time.
        for (const seconds of [5, 10, 15, 20]) {
          yield* TestClock.adjust("5 seconds")
          yield* Effect.fork(ask("markets"))
          yield* TestClock.adjust("20 millis")
          assert.strictEqual(sent.filter(({ feed }) => feed === "markets").length, seconds / 5)
        }
        const inTheFirstRound = sent.filter(({ at, feed }) => feed === "backfill" && at < 9000)
        assert.strictEqual(inTheFirstRound.length, Math.floor(tokens / 2 / 10))
      })
    )
  }

  it.scoped("gets its share of the reduced budget after a 429", () =>
    Effect.gen(function* () {
      const { ask, sent } = yield* wire(200)
      yield* Effect.fork(ask("markets", { verdict: "too fast" }))
      yield* TestClock.adjust("20 millis")
      yield* Effect.fork(Effect.replicateEffect(ask("backfill", SLOW), 30, { concurrency: "unbounded" }))
      yield* TestClock.adjust("8 seconds")
      assert.strictEqual(sent.filter(({ feed }) => feed === "backfill").length, 5)
    })
  )

  it.scoped("is finished if nothing else waits, expensive requests included", () =>
    Effect.gen(function* () {
      const { ask } = yield* wire(40)
      const costs = [10, 10, 25, 10, 500, 10, 10, 40, 10]
      const all = yield* Effect.fork(
        Effect.forEach(costs, (tokens) => ask("backfill", { ...SLOW, tokens }), {
          concurrency: "unbounded"
        })
      )
      yield* TestClock.adjust("90 seconds")
      assert.strictEqual((yield* Fiber.poll(all))._tag, "Some")
    })
  )

  it.scoped("may use a budget of a single request if nothing else waits", () =>
    Effect.gen(function* () {
      const { ask, sent } = yield* wire(10)
      yield* Effect.fork(
        Effect.replicateEffect(ask("backfill", { background: true }), 2, { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("500 millis")
      yield* Effect.fork(ask("markets"))
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(
        sent.map(({ feed }) => feed),
        ["backfill", "markets", "backfill"]
      )
    })
  )
})

describe("costs", () => {
  it.scoped("an expensive request is not overtaken by cheap ones of later turns, and pays in full", () =>
    Effect.gen(function* () {
      const { ask, sent } = yield* wire(40)
      yield* Effect.fork(Effect.replicateEffect(ask("markets"), 40, { concurrency: "unbounded" }))
      yield* Effect.fork(ask("orderbooks", { tokens: 40 }))
      yield* TestClock.adjust("3 seconds")
      assert.isAtMost(turnOf(sent, "orderbooks"), 5)
      assert.isAtMost(busiestSecond(sent), 40)
    })
  )

  it.scoped("a request that costs more than the whole budget is sent alone", () =>
    Effect.gen(function* () {
      const { ask, sent } = yield* wire(40)
      yield* Effect.fork(Effect.replicateEffect(ask("markets"), 8, { concurrency: "unbounded" }))
      const dear = yield* Effect.fork(ask("series", { tokens: 500 }))
      yield* TestClock.adjust("6 seconds")
      yield* Fiber.join(dear)
      const at = sent.find(({ feed }) => feed === "series")?.at ?? 0
      assert.deepStrictEqual(
        sent.filter((one) => Math.abs(one.at - at) < 1000).map(({ feed }) => feed),
        ["series"]
      )
      assert.strictEqual(sent.length, 9)
    })
  )

  it.scoped("a request that leaves the queue does not delay those behind it", () =>
    Effect.gen(function* () {
      const { ask, sent } = yield* wire(40)
      yield* Effect.fork(ask("markets"))
      yield* TestClock.adjust("1 millis")
      const dear = yield* Effect.fork(ask("series", { tokens: 500 }))
      yield* TestClock.adjust("1 millis")
      yield* Effect.fork(ask("events"))
      yield* TestClock.adjust("100 millis")
      assert.strictEqual(turnOf(sent, "events"), -1)
      yield* Fiber.interrupt(dear)
      yield* TestClock.adjust("100 millis")
      assert.strictEqual(turnOf(sent, "events"), 1)
    })
  )
})

describe("any mixture", () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it.scoped(`no second holds more than the budget and one request (seed ${seed})`, () =>
      Effect.gen(function* () {
        const random = yield* Random.choice([40, 75, 200])
        const latencies = [0, 1, 30, 90, 400, 1500]
        let nth = seed
        const { ask, sent } = yield* wire(random, () => latencies[nth++ % latencies.length] ?? 0)
        const costs = [10, 10, 10, 2, 25, 60]
        const verdicts: ReadonlyArray<RateLimiter.RateVerdict> = [
          "fine",
          "fine",
          "fine",
          "nothing",
          "too fast"
        ]
        const one = Effect.gen(function* () {
          const feed = yield* Random.choice(["a", "b", "c", "d", "e"])
          const tokens = yield* Random.choice(costs)
          const verdict = yield* Random.choice(verdicts)
          const background = (yield* Random.next) < 0.3
          yield* Effect.sleep(yield* Random.nextIntBetween(0, 15_000))
          yield* Effect.timeout(
            ask(feed, { background, tokens, verdict }),
            yield* Random.nextIntBetween(100, 60_000)
          )
        }).pipe(Effect.ignore)
        const all = yield* Effect.fork(Effect.replicateEffect(one, 250, { concurrency: "unbounded" }))
        yield* TestClock.adjust("120 seconds")
        yield* Fiber.join(all)
        assert.isAtLeast(sent.length, 50)
        assert.isAtMost(busiestSecond(sent), Math.max(random, ...costs))
      }).pipe(Effect.withRandom(Random.make(seed)))
    )
  }
})

describe("after a 429", () => {
  const countBetween = (sent: ReadonlyArray<Sent>, from: number, to: number) =>
    sent.filter(({ at }) => at >= from && at < to).length

  it.scoped("the rate is halved once for many refusals, and is restored in the end", () =>
    Effect.gen(function* () {
      const { ask, budget, sent } = yield* wire(200)
      yield* Effect.fork(
        Effect.replicateEffect(ask("storm", { verdict: "too fast" }), 8, { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("100 millis")
      assert.strictEqual(yield* budget.limit, 100)
      yield* Effect.fork(
        Effect.forever(ask("markets")).pipe(Effect.replicateEffect(40, { concurrency: "unbounded" }))
      )
      yield* TestClock.adjust("2 seconds")
      assert.isAtMost(countBetween(sent, 1000, 2000), 12)
      yield* TestClock.adjust("18 seconds")
      assert.strictEqual(yield* budget.limit, 200)
      assert.isAtLeast(countBetween(sent, 17_000, 19_000), 36)
      assert.isAtMost(busiestSecond(sent), 200)
    })
  )

  it.scoped("one request a second is still sent after a minute of 429", () =>
    Effect.gen(function* () {
      const { ask, budget, sent } = yield* wire(200)
      yield* Effect.fork(
        Effect.forever(ask("markets", { verdict: "too fast" })).pipe(
          Effect.replicateEffect(10, { concurrency: "unbounded" })
        )
      )
      yield* TestClock.adjust("60 seconds")
      assert.strictEqual(yield* budget.limit, 10)
      assert.approximately(countBetween(sent, 40_000, 60_000), 20, 2)
    })
  )
})

describe("a grant", () => {
  it.scoped("lets waiting requests go at once", () =>
    Effect.gen(function* () {
      const { ask, budget, sent } = yield* wire(10)
      yield* Effect.fork(Effect.replicateEffect(ask("markets"), 30, { concurrency: "unbounded" }))
      yield* TestClock.adjust("100 millis")
      assert.strictEqual(sent.length, 1)
      yield* budget.grant(300)
      yield* TestClock.adjust("100 millis")
      assert.strictEqual(sent.length, 30)
    })
  )
})
