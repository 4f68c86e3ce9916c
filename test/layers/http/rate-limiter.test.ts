/**
 * The exchange's count of tokens, measured at the server, over every one-second window that begins with an
 * arrival.
 */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Random, TestClock } from "effect"
import { TOKENS_PER_REQUEST } from "../../../src/layers/http/aimd.ts"
import * as RateLimiter from "../../../src/layers/http/rate-limiter.ts"
import { quickClock } from "../../quick-clock.ts"
import { answer, asking, client, server } from "./support.ts"

const MARKETS: RateLimiter.RateRequest = { feed: "markets", background: false, tokens: TOKENS_PER_REQUEST }

/** The largest number of arrivals in any window of one second. */
const busiestSecond = (at: ReadonlyArray<number>): number => {
  let [most, from] = [0, 0]
  at.forEach((time, to) => {
    while (time - (at[from] ?? time) >= 1000) from++
    most = Math.max(most, to - from + 1)
  })
  return most
}

/** A budget on a clock that only the test moves. */
const budgetOf = (tokens: number) => Effect.zipRight(quickClock, RateLimiter.make(tokens))

const perSecond = (tokens: number) => Math.floor(tokens / TOKENS_PER_REQUEST)

/**
 * Concurrent callers send requests until the server has seen a given number; returns the time of each
 * arrival. Client, server and other tests share two cores, so the use of the budget is measured below, on a
 * test clock.
 */
const hammer = (options: {
  readonly tokens: number
  readonly callers: number
  readonly requests: number
  readonly latency: (nth: number) => number
  readonly statusOf?: (nth: number) => number
}) =>
  Effect.gen(function* () {
    const { arrivals, url } = yield* server((nth, response) => {
      const status = options.statusOf?.(nth) ?? 200
      setTimeout(() => answer(response, status, "{}"), options.latency(nth))
    })
    const api = yield* client(url, { readTokensPerSecond: options.tokens })
    const callers = yield* Effect.forever(api.get(asking("/markets"))).pipe(
      Effect.replicateEffect(options.callers, { concurrency: "unbounded" }),
      Effect.fork
    )
    while (arrivals.length < options.requests) yield* Effect.sleep("20 millis")
    yield* Fiber.interrupt(callers)
    return arrivals.map(({ at }) => at)
  })

describe.concurrent("the server", () => {
  for (const tokens of [40, 200, 1000]) {
    it.scopedLive(`never sees more than ${tokens} tokens in any second`, () =>
      Effect.gen(function* () {
        const most = perSecond(tokens)
        const at = yield* hammer({ tokens, callers: 2 * most, requests: 4 * most, latency: () => 3 })
        assert.isAtMost(busiestSecond(at), most)
      })
    )
  }

  it.scopedLive("sees no more than the budget when answers take different times", () =>
    Effect.gen(function* () {
      const latency = (nth: number) => [0, 400, 5, 90, 700, 30, 0, 250][nth % 8] ?? 0
      const at = yield* hammer({ tokens: 200, callers: 60, requests: 70, latency })
      assert.isAtMost(busiestSecond(at), 20)
    })
  )

  it.scopedLive("sees no more than the budget when answers make the client try again", () =>
    Effect.gen(function* () {
      const statusOf = (nth: number) => (nth % 8 === 0 ? 429 : 200)
      const at = yield* hammer({ tokens: 100, callers: 30, requests: 35, latency: () => 1, statusOf })
      assert.isAtMost(busiestSecond(at), 10)
    })
  )
})

describe("a busy client", () => {
  it.scopedLive("sends no more than the budget, however its event loop is delayed", () =>
    Effect.gen(function* () {
      const block = Effect.forever(
        Effect.sync(() => {
          const until = performance.now() + 80
          while (performance.now() < until);
        }).pipe(Effect.zipRight(Effect.sleep("15 millis")))
      )
      yield* Effect.forkScoped(block)
      const at = yield* hammer({ tokens: 200, callers: 40, requests: 70, latency: () => 0 })
      assert.isAtMost(busiestSecond(at), 20)
    })
  )
})

describe("the budget", () => {
  for (const tokens of [40, 200, 1000]) {
    it.scoped(`of ${tokens} tokens is used to at least four fifths when answers come soon`, () =>
      Effect.gen(function* () {
        const [seconds, latency] = [tokens > 200 ? 4 : 12, 50]
        const budget = yield* budgetOf(tokens)
        const sent: Array<number> = []
        const request = Effect.flatMap(Clock.currentTimeMillis, (now) =>
          Effect.zipRight(
            Effect.sync(() => sent.push(now)),
            Effect.sleep(latency)
          )
        )
        yield* Effect.forever(budget.spend(MARKETS, request)).pipe(
          Effect.replicateEffect(perSecond(tokens), { concurrency: "unbounded" }),
          Effect.fork
        )
        yield* TestClock.adjust(`${seconds} seconds`)
        assert.isAtMost(busiestSecond(sent), perSecond(tokens))
        assert.isAtLeast(sent.length, 0.8 * seconds * perSecond(tokens))
      })
    )
  }
})

describe("the queue", () => {
  it.scoped("is first come, first served, also for requests that come later", () =>
    Effect.gen(function* () {
      const budget = yield* budgetOf(20)
      const served: Array<number> = []
      const ask = (n: number) =>
        budget.spend(
          MARKETS,
          Effect.sync(() => served.push(n))
        )
      const fibers = yield* Effect.forEach(
        Array.from({ length: 40 }, (_, n) => n),
        (n) =>
          Effect.fork(ask(n)).pipe(
            Effect.tap(() => TestClock.adjust(n % 5 === 0 ? "200 millis" : "1 millis"))
          )
      )
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.joinAll(fibers)
      assert.deepStrictEqual(
        served,
        Array.from({ length: 40 }, (_, n) => n)
      )
    })
  )

  it.scoped("is not overtaken by a request that comes in the moment in which tokens return", () =>
    Effect.gen(function* () {
      const budget = yield* budgetOf(10)
      const served: Array<string> = []
      const ask = (name: string) =>
        budget.spend(
          MARKETS,
          Effect.sync(() => served.push(name))
        )
      yield* ask("first")
      const waiting = yield* Effect.fork(ask("waiting"))
      // This request comes in the very millisecond in which the tokens return.
      const cutter = yield* Effect.fork(Effect.delay(ask("cutter"), "1010 millis"))
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.joinAll([waiting, cutter])
      assert.deepStrictEqual(served, ["first", "waiting", "cutter"])
    })
  )

  it.scoped("can be left at once, at no cost", () =>
    Effect.gen(function* () {
      const budget = yield* budgetOf(10)
      yield* budget.spend(MARKETS, Effect.void)
      const waiting = yield* Effect.fork(budget.spend(MARKETS, Effect.void))
      yield* TestClock.adjust("100 millis")
      // The clock does not move here: an interruption that had to wait for tokens would never return.
      yield* Fiber.interrupt(waiting)
      const next = yield* Effect.fork(budget.spend(MARKETS, Effect.void))
      yield* TestClock.adjust("910 millis")
      assert.isTrue((yield* Fiber.poll(next))._tag === "Some")
    })
  )
})

describe("tokens", () => {
  it.scoped("return a second after the answer began, not after the request was sent", () =>
    Effect.gen(function* () {
      const budget = yield* budgetOf(10)
      yield* Effect.fork(budget.spend(MARKETS, Effect.sleep("3 seconds")))
      const second = yield* Effect.fork(budget.spend(MARKETS, Effect.void))
      yield* TestClock.adjust("3999 millis")
      assert.strictEqual((yield* Fiber.poll(second))._tag, "None")
      yield* TestClock.adjust("20 millis")
      assert.strictEqual((yield* Fiber.poll(second))._tag, "Some")
    })
  )

  it.scoped("all return, whatever happened to the requests that held them", () =>
    Effect.gen(function* () {
      const budget = yield* budgetOf(100)
      const job = Effect.gen(function* () {
        const kind = yield* Random.nextIntBetween(0, 4)
        const sleep = Effect.sleep(yield* Random.nextIntBetween(0, 400))
        if (kind === 0) return yield* budget.spend(MARKETS, sleep)
        if (kind === 1) return yield* budget.spend(MARKETS, Effect.zipRight(sleep, Effect.fail("refused")))
        if (kind === 2)
          return yield* budget.spend(MARKETS, Effect.zipRight(sleep, Effect.dieMessage("a bug")))
        return yield* Effect.timeout(budget.spend(MARKETS, sleep), yield* Random.nextIntBetween(0, 300))
      })
      for (const _ of Array.from({ length: 25 })) {
        const fibers = yield* Effect.replicateEffect(Effect.fork(job), 40)
        yield* TestClock.adjust(yield* Random.nextIntBetween(0, 700))
        // Some requests have finished, some wait for tokens, and some hold them: all are interrupted.
        yield* Effect.forEach(fibers, Fiber.interruptFork)
        if (yield* Random.nextBoolean) yield* Effect.yieldNow()
      }
      yield* TestClock.adjust("2 seconds")

      const started: Array<number> = []
      const ask = Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sync(() => started.push(now)))
      const all = yield* Effect.fork(
        Effect.replicateEffect(budget.spend(MARKETS, ask), 30, { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("4 seconds")
      yield* Fiber.join(all)
      const from = started[0] ?? 0
      assert.deepStrictEqual(
        started.map((at) => at - from),
        [0, 1010, 2020].flatMap((at) => Array.from({ length: 10 }, () => at))
      )
    }).pipe(Effect.withRandom(Random.make("hammer")))
  )

  it.scopedLive("all return after many interruptions on real sockets", () =>
    Effect.gen(function* () {
      const { arrivals, url } = yield* server((nth, response) => {
        if (nth % 2 === 0) setTimeout(() => answer(response, 200, "{}"), nth % 7)
      })
      const api = yield* client(url, { readTokensPerSecond: 300, headersTimeout: "50 millis" })
      const get = api.get(asking("/markets"))
      for (const _ of Array.from({ length: 12 })) {
        const storm = yield* Effect.fork(Effect.replicateEffect(get, 60, { concurrency: "unbounded" }))
        yield* Effect.sleep(yield* Random.nextIntBetween(0, 60))
        yield* Fiber.interrupt(storm)
      }
      yield* Effect.sleep("1500 millis")
      const before = arrivals.length
      const again = yield* Effect.fork(Effect.replicateEffect(get, 60, { concurrency: "unbounded" }))
      // All thirty requests are sent at once, as far as a busy machine can: if one in twenty of seven hundred
      // interruptions lost its tokens, none would be left.
      while (arrivals.length - before < 30) yield* Effect.sleep("10 millis")
      const burst = arrivals.slice(before)
      assert.isBelow((burst[29]?.at ?? 0) - (burst[0]?.at ?? 0), 10_000)
      yield* Fiber.interrupt(again)
      assert.isAtMost(busiestSecond(arrivals.map(({ at }) => at)), 30)
    })
  )

  it.scoped("allow at least one request a second, whatever the setting", () =>
    Effect.gen(function* () {
      const budget = yield* budgetOf(3)
      const done = yield* Effect.fork(Effect.replicateEffect(budget.spend(MARKETS, Effect.void), 3))
      yield* TestClock.adjust("2100 millis")
      assert.strictEqual((yield* Fiber.join(done)).length, 3)
    })
  )
})
