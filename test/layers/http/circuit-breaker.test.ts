/** The time for which an exchange without usable answers is tolerated: shared by all requests. */
import { HttpClient, type HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Clock, type Duration, Effect, Fiber, TestClock } from "effect"
import { defaultOptions, make } from "../../../src/layers/http/KalshiApi.ts"
import { asking } from "./support.ts"

type Wire = "never" | number

/** A client over a transport that can be replaced, and the time that each request takes. */
const over = (wire: { now: Wire }) =>
  Effect.gen(function* () {
    const asked: Array<number> = []
    const http = HttpClient.make((request: HttpClientRequest.HttpClientRequest) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        asked.push(now)
        return wire.now === "never"
          ? Effect.never
          : Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}", { status: wire.now })))
      })
    )
    const api = yield* make({ ...defaultOptions, baseUrl: "http://x", readTokensPerSecond: 10_000 }).pipe(
      Effect.provideService(HttpClient.HttpClient, http)
    )
    /** Runs to the end; returns the time that it took, and the number of attempts. */
    const get = Effect.gen(function* () {
      const from = yield* Clock.currentTimeMillis
      const ended = yield* Effect.merge(api.get(asking("/markets")))
      return { millis: (yield* Clock.currentTimeMillis) - from, attempts: ended.attempts }
    })
    return { asked, get }
  })

const SECOND = 1000

/** Lets time pass until the effect ends. */
const toTheEnd = <A, E, R>(self: Effect.Effect<A, E, R>, step: Duration.DurationInput = "100 millis") =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(self)
    while ((yield* Fiber.poll(fiber))._tag === "None") yield* TestClock.adjust(step)
    return yield* Fiber.join(fiber)
  })

describe("a silent exchange", () => {
  for (const wire of ["never", 503] as const) {
    it.scoped(`(${wire}) is given up after just over 20 s by feeds that wait for one another`, () =>
      Effect.gen(function* () {
        const { get } = yield* over({ now: wire })
        const chain = [yield* toTheEnd(get)]
        // A request may use the part of the window that the 503 before it has left.
        while (chain.reduce((sum, { millis }) => sum + millis, 0) < 19 * SECOND)
          chain.push(yield* toTheEnd(get))
        assert.isAtMost(
          chain.reduce((sum, { millis }) => sum + millis, 0),
          20 * SECOND + 2100
        )
        for (const _ of [1, 2, 3]) {
          const late = yield* toTheEnd(get)
          if ((yield* Clock.currentTimeMillis) < 20 * SECOND) continue
          assert.isAtMost(late.millis, 2100)
          assert.isAtMost(late.attempts, 1)
        }
        assert.isAtMost(yield* Clock.currentTimeMillis, 30 * SECOND)
      })
    )
  }

  it.scoped("is given up by all requests at the same moment, however late they began", () =>
    Effect.gen(function* () {
      const { get } = yield* over({ now: "never" })
      const first = yield* Effect.fork(get)
      yield* TestClock.adjust("12 seconds")
      const second = yield* Effect.fork(get)
      yield* TestClock.adjust("7900 millis")
      assert.strictEqual((yield* Fiber.poll(second))._tag, "None")
      yield* TestClock.adjust("200 millis")
      assert.approximately((yield* Fiber.join(first)).millis, 20 * SECOND, 1)
      assert.approximately((yield* Fiber.join(second)).millis, 8 * SECOND, 1)
    })
  )

  it.scoped("gets the full time again from the next slot", () =>
    Effect.gen(function* () {
      const { get } = yield* over({ now: "never" })
      yield* toTheEnd(get)
      yield* TestClock.adjust("29 seconds")
      assert.isAtMost((yield* toTheEnd(get)).millis, 2100)
      yield* TestClock.adjust("31 seconds")
      const later = yield* toTheEnd(get)
      assert.isAtLeast(later.millis, 19_900)
      assert.isAtLeast(later.attempts, 2)
    })
  )

  it.scoped("gets the full time again even if slots follow each other closely", () =>
    Effect.gen(function* () {
      const { get } = yield* over({ now: "never" })
      yield* toTheEnd(get)
      let longest = 0
      for (let slot = 0; slot < 10; slot++) {
        longest = Math.max(longest, (yield* toTheEnd(get)).millis)
        yield* TestClock.adjust("5 seconds")
      }
      assert.isAtLeast(longest, 19_900)
    })
  )

  it.scoped("is no longer silent once it has answered", () =>
    Effect.gen(function* () {
      const wire: { now: Wire } = { now: "never" }
      const { get } = yield* over(wire)
      yield* toTheEnd(get)
      wire.now = 200
      assert.strictEqual((yield* toTheEnd(get)).attempts, 1)
      wire.now = "never"
      assert.isAtLeast((yield* toTheEnd(get, "1 second")).attempts, 6)
    })
  )
})
