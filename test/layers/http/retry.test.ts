/**
 * When the client tries again and when it gives up; hours of the test clock pass at once, and randomness is
 * seeded.
 */
import { HttpClient, type HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import {
  Array as Arrays,
  Chunk,
  Clock,
  Duration,
  Effect,
  Either,
  Fiber,
  Random,
  Schedule,
  TestClock
} from "effect"
import { defaultOptions, make } from "../../../src/layers/http/KalshiApi.ts"
import { ATTEMPTS_MAX, backOff, isTransient, parseRetryAfter } from "../../../src/layers/http/retry.ts"
import { asking } from "./support.ts"

const CAP_MILLIS = 8000
const FIRST_MILLIS = 250

const waits = (retryAfter: Duration.DurationInput = 0) =>
  Schedule.run(
    Schedule.delays(backOff),
    0,
    Arrays.replicate({ retryAfter: Duration.decode(retryAfter) }, 50)
  ).pipe(
    // The last delay belongs to the end of the schedule.
    Effect.map((delays) =>
      Chunk.toReadonlyArray(delays)
        .slice(0, ATTEMPTS_MAX - 1)
        .map(Duration.toMillis)
    )
  )

describe("back-off", () => {
  it.effect("draws every wait between zero and a doubling limit of at most 8 s", () =>
    Effect.gen(function* () {
      const drawn = yield* Effect.forEach(Arrays.range(1, 300), (seed) =>
        Effect.withRandom(waits(), Random.make(seed))
      )
      drawn.forEach((one) => {
        assert.strictEqual(one.length, ATTEMPTS_MAX - 1)
      })
      for (const n of Arrays.range(0, ATTEMPTS_MAX - 2)) {
        const cap = Math.min(CAP_MILLIS, FIRST_MILLIS * 2 ** n)
        const nth = drawn.map((one) => one[n] ?? Number.NaN)
        assert.isAtLeast(Math.min(...nth), 0)
        assert.isAtMost(Math.max(...nth), cap)
        // Full jitter uses the whole range evenly.
        assert.isBelow(Math.min(...nth), 0.05 * cap)
        assert.isAbove(Math.max(...nth), 0.95 * cap)
        assert.approximately(nth.reduce((a, b) => a + b) / nth.length / cap, 0.5, 0.06)
      }
    })
  )

  it.effect("is the same for the same seed", () =>
    Effect.gen(function* () {
      const seeded = Effect.suspend(() => Effect.withRandom(waits(), Random.make("kalshi-tape")))
      assert.deepStrictEqual(yield* seeded, yield* seeded)
    })
  )

  it.effect("waits at least as long as the server asked for", () =>
    Effect.gen(function* () {
      assert.isAtLeast(Math.min(...(yield* waits("3 seconds"))), 3000)
    })
  )
})

describe("Retry-After", () => {
  const at = Date.UTC(2026, 10, 22, 12)
  const millis = (header: string | undefined) => Duration.toMillis(parseRetryAfter(header, at))

  it("is read as seconds or as a date, and limited to a minute", () => {
    assert.strictEqual(millis("2"), 2000)
    assert.strictEqual(millis("0"), 0)
    assert.strictEqual(millis("3600"), 60_000)
    assert.strictEqual(millis("Sun, 22 Nov 2026 12:00:07 GMT"), 7000)
    assert.strictEqual(millis("Sun, 22 Nov 2026 11:59:00 GMT"), 0)
    for (const nonsense of [undefined, "", "soon", "-5", "1e9x"]) assert.strictEqual(millis(nonsense), 0)
  })

  it("applies only to statuses that are temporary", () => {
    for (const status of [201, 202, 204, 206, 408, 425, 429, 500, 502, 503, 504, 520, 599])
      assert.isTrue(isTransient(status))
    for (const status of [200, 301, 400, 401, 403, 404, 410, 414, 422]) assert.isFalse(isTransient(status))
  })
})

interface Scripted {
  readonly status: number
  readonly headers?: Record<string, string>
}

/**
 * A client over a transport that answers at once from a script, or never; it notes the time of each request.
 */
const scripted = (script: (nth: number) => Scripted | "never") =>
  Effect.gen(function* () {
    const asked: Array<number> = []
    const wire = HttpClient.make((request: HttpClientRequest.HttpClientRequest) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const next = script(asked.push(now))
        return next === "never"
          ? Effect.never
          : Effect.succeed(
              HttpClientResponse.fromWeb(
                request,
                new Response("{}", { status: next.status, headers: next.headers ?? {} })
              )
            )
      })
    )
    const api = yield* make({ ...defaultOptions, baseUrl: "http://x", readTokensPerSecond: 10_000 }).pipe(
      Effect.provideService(HttpClient.HttpClient, wire)
    )
    return { get: api.get(asking("/markets")), asked }
  })

/** Runs to the end, however long that takes, and returns the time of the end. */
const toTheEnd = <A, E, R>(self: Effect.Effect<A, E, R>, step: Duration.DurationInput = "100 millis") =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.either(self))
    while ((yield* Fiber.poll(fiber))._tag === "None") yield* TestClock.adjust(step)
    return { result: yield* Fiber.join(fiber), at: yield* Clock.currentTimeMillis }
  })

const gaps = (times: ReadonlyArray<number>) => times.slice(1).map((time, n) => time - (times[n] ?? time))

describe("a client on a test clock", () => {
  it.scoped("makes at least six attempts within the limits, and returns the last answer", () =>
    Effect.gen(function* () {
      const { asked, get } = yield* scripted((nth) => ({ status: nth === 1 ? 200 : 503 }))
      yield* get
      const { result } = yield* toTheEnd(Effect.withRandom(get, Random.make("seeded")))
      assert.strictEqual(result._tag, "Right")
      if (result._tag === "Right") assert.deepInclude(result.right, { status: 503, attempts: ATTEMPTS_MAX })
      assert.isAtLeast(ATTEMPTS_MAX, 6)
      gaps(asked.slice(1)).forEach((gap, n) => {
        assert.isAtMost(gap, Math.min(CAP_MILLIS, FIRST_MILLIS * 2 ** n) + 1)
      })
    })
  )

  it.scoped("obeys Retry-After in seconds and as a date", () =>
    Effect.gen(function* () {
      const { asked, get } = yield* scripted((nth) => {
        if (nth === 1) return { status: 429, headers: { "retry-after": "5" } }
        const date = new Date(20_000).toUTCString()
        return nth === 2 ? { status: 503, headers: { "retry-after": date } } : { status: 200 }
      })
      const { result } = yield* toTheEnd(get)
      assert.strictEqual(result._tag, "Right")
      assert.isAtLeast(asked[1] ?? 0, 5000)
      assert.isAtMost(asked[1] ?? 0, 5100)
      assert.isAtLeast(asked[2] ?? 0, 20_000)
      assert.isAtMost(asked[2] ?? 0, 20_100)
    })
  )

  for (const [what, script] of [
    ["never answers", () => "never" as const],
    ["only ever says 429, in no hurry", () => ({ status: 429, headers: { "retry-after": "9" } })],
    ["hangs, then says 503", (nth: number) => (nth === 1 ? ("never" as const) : { status: 503 })]
  ] as const) {
    it.scoped(`gives up after 20 s on an exchange that ${what}`, () =>
      Effect.gen(function* () {
        const { asked, get } = yield* scripted(script)
        const { at, result } = yield* toTheEnd(get)
        assert.isAtMost(at, 20_100)
        const ended = Either.merge(result)
        assert.isTrue("attempts" in ended && ended.attempts === asked.length, "every request is counted")
      })
    )
  }

  it.scoped("tries longer if the exchange has answered before", () =>
    Effect.gen(function* () {
      const { asked, get } = yield* scripted((nth) => (nth === 1 ? { status: 200 } : "never"))
      yield* get
      const { at, result } = yield* toTheEnd(get, "1 second")
      assert.strictEqual(result._tag, "Left")
      assert.strictEqual(asked.length, 1 + ATTEMPTS_MAX)
      assert.isAtLeast(at, ATTEMPTS_MAX * 15_000)
    })
  )

  it.scoped("returns a refusal at once, since it is a usable answer", () =>
    Effect.gen(function* () {
      const { asked, get } = yield* scripted((nth) => ({ status: nth === 1 ? 404 : 503 }))
      yield* get
      yield* toTheEnd(get, "1 second")
      assert.strictEqual(asked.length, 1 + ATTEMPTS_MAX)
    })
  )
})
