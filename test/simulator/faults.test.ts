import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { faultScript, parseFaults } from "../../src/simulator/http/faults.ts"
import { exchange, faults, type Got, get, json, type MarketsPage, NOON, type TradesPage } from "./support.ts"

/** The statuses of a number of requests; 0 if the connection failed. */
const statuses = (text: string, requests: number, path = "/markets?limit=2") =>
  Effect.gen(function* () {
    const x = yield* exchange({ faults: yield* faults(text) })
    return yield* Effect.forEach(Array.from({ length: requests }), () =>
      get(x, path).pipe(
        Effect.map((got) => got.status),
        Effect.orElseSucceed(() => 0)
      )
    )
  })

const parsed = (got: Got) => Either.try(() => JSON.parse(got.text))

describe("a fault script", () => {
  it("counts every=, burst=, at=, from= and count= from the first request", () => {
    const hits = (text: string, requests: number) => {
      const script = faultScript(Either.getOrThrow(parseFaults(text)))
      return Array.from({ length: requests }, (_, n) => n + 1).filter(() => script("/markets") !== undefined)
    }
    assert.deepStrictEqual(hits("429:every=7,burst=3", 16), [7, 8, 9, 14, 15, 16])
    assert.deepStrictEqual(hits("html403:at=5", 12), [5])
    assert.deepStrictEqual(hits("503:from=3,count=2", 9), [3, 4])
    assert.deepStrictEqual(hits("503:from=4,every=3", 9), [6, 9])
    assert.deepStrictEqual(hits("reset", 3), [1, 2, 3])
    assert.deepStrictEqual(hits("reset@/events", 3), [])
    assert.deepStrictEqual(hits("  ", 3), [])
  })

  it("applies the first of several rules that match", () => {
    const script = faultScript(Either.getOrThrow(parseFaults("429:at=1; 500:every=1  hang@/events")))
    assert.deepStrictEqual([script("/markets")?.text, script("/markets")?.text], ["429:at=1", "500:every=1"])
  })

  it("reports a word that it does not understand", () => {
    for (const text of [
      "nonsense",
      "429:evry=2",
      "429:every=0",
      "slow",
      "down:at=2",
      "777",
      "429:at=-1",
      "429:at"
    ]) {
      assert.isTrue(Either.isLeft(parseFaults(text)), text)
    }
  })
})

describe("faults on the wire", () => {
  it.scopedLive("statuses, with JSON, with a proxy's page and with an empty body", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* statuses("429:every=3", 6), [200, 200, 429, 200, 200, 429])
      assert.deepStrictEqual(yield* statuses("429@/events:every=1", 2), [200, 200])
      const x = yield* exchange({ faults: yield* faults("429:at=1 html403:at=2 empty500:at=3 503:at=4") })
      const got = yield* Effect.forEach([1, 2, 3, 4], () => get(x, "/markets?limit=1"))
      assert.strictEqual(got[0]?.text, '{"error":{"code":"too_many_requests","message":"too many requests"}}')
      assert.strictEqual(got[0]?.headers.get("cache-control"), "no-store")
      assert.deepStrictEqual([got[1]?.status, got[1]?.headers.get("content-type")], [403, "text/html"])
      assert.include(got[1]?.text, "<title>403 Forbidden</title>")
      assert.deepStrictEqual([got[2]?.status, got[2]?.text], [500, ""])
      assert.include(got[3]?.text, "service_unavailable")
      assert.deepStrictEqual(
        (yield* x.requests).map((one) => one.fault),
        ["429:at=1", "html403:at=2", "empty500:at=3", "503:at=4"]
      )
    })
  )

  it.scopedLive("a truncated body, gzipped or not, which only parsing detects", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ faults: yield* faults("truncate:from=2") })
      const whole = yield* get(x, "/markets?limit=9")
      for (const encoding of ["gzip", "identity"]) {
        const half = yield* get(x, "/markets?limit=9", { "accept-encoding": encoding })
        assert.strictEqual(half.status, 200)
        assert.isTrue(Either.isRight(parsed(whole)) && Either.isLeft(parsed(half)))
        assert.isTrue(whole.text.startsWith(half.text.slice(0, -1)))
      }
    })
  )

  it.scopedLive("a connection cut within a body, and one reset before any answer", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* statuses("cut:every=2", 4, "/markets?limit=500"), [200, 0, 200, 0])
      assert.deepStrictEqual(yield* statuses("reset:every=2", 4), [200, 0, 200, 0])
    })
  )

  it.scopedLive("a request without an answer, and a body that stops", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ faults: yield* faults("hang:at=1; stall:at=2") })
      for (const _ of [1, 2]) {
        const got = yield* Effect.either(Effect.timeout(get(x, "/markets?limit=500"), "1 second"))
        assert.isTrue(Either.isLeft(got))
      }
      assert.strictEqual((yield* get(x, "/markets")).status, 200)
      assert.deepStrictEqual(
        (yield* x.requests).map((one) => one.status),
        [undefined, 200, 200]
      )
    })
  )

  it.scopedLive("a late answer, and a listing without an end", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ faults: yield* faults("slow:ms=120,at=1; loop@/markets") })
      const [took] = yield* Effect.timed(get(x, "/exchange/status"))
      assert.isTrue(Number(took.value._tag === "Millis" ? took.value.millis : 120) >= 115)
      const first = yield* json<MarketsPage>(x, "/markets?limit=2")
      const second = yield* json<MarketsPage>(x, `/markets?limit=2&cursor=${first.cursor}`)
      assert.strictEqual(second.cursor, first.cursor)
      assert.notStrictEqual(first.cursor, "")
    })
  )

  it.scopedLive("books, trades, candles and the archive as well as listings, or only a listing", () =>
    Effect.gen(function* () {
      const script =
        "503@/markets$; 429@/markets/trades:at=2; html502@/historical/; loop@/markets/trades:from=3"
      const x = yield* exchange({ faults: yield* faults(script) })
      const { ticker } = x.universe.openAt(NOON)[0] ?? { ticker: "" }
      const status = (path: string) => Effect.map(get(x, path), (got) => got.status)
      assert.strictEqual(yield* status("/markets?limit=1"), 503)
      assert.strictEqual(yield* status(`/markets/${ticker}`), 200)
      assert.strictEqual(yield* status(`/markets/${ticker}/orderbook`), 200)
      assert.strictEqual(yield* status("/historical/markets"), 502)
      const first = yield* json<TradesPage>(x, "/markets/trades?limit=2")
      const second = `/markets/trades?limit=2&cursor=${first.cursor}`
      assert.strictEqual(yield* status(second), 429)
      assert.strictEqual((yield* json<TradesPage>(x, second)).cursor, first.cursor)
    })
  )

  it.scopedLive("a closed port, until the faults change", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ faults: yield* faults("down") })
      assert.strictEqual((yield* Effect.either(get(x, "/markets")))._tag, "Left")
      yield* x.setFaults([])
      assert.strictEqual((yield* get(x, "/markets")).status, 200)
      yield* x.setFaults(yield* faults("down"))
      assert.strictEqual((yield* Effect.either(get(x, "/markets")))._tag, "Left")
      yield* x.setFaults(yield* faults("500:at=2"))
      const both = yield* Effect.forEach([1, 2], () => get(x, "/markets"))
      assert.deepStrictEqual(
        both.map((got) => got.status),
        [200, 500]
      )
    })
  )
})
