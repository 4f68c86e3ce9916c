/** The client's results for a server's answers, on real sockets. */
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Fiber } from "effect"
import { exchange, faults } from "../../simulator/support.ts"
import { answer, asking, client, impatient, server } from "./support.ts"

const ATTEMPTS_MIN = 6

/** JSON that no parser and printer would reproduce: its spaces, escapes and digits must survive. */
const ODD = '{ "cursor" : "",\r\n"markets":[{"price":0.5600,"n":1e2,"t":"\\u00e9é 🎲"}] }\n'

const MARKETS = asking("/markets?limit=100&status=open")

describe("an answer", () => {
  it.scopedLive("contains the server's bytes, plain or gzipped", () =>
    Effect.gen(function* () {
      const { url } = yield* server((nth, response) =>
        nth === 1
          ? answer(response, 200, ODD)
          : answer(response, 200, gzipSync(ODD), { "content-encoding": "gzip" })
      )
      const api = yield* client(url)
      for (const _ of ["plain", "gzipped"]) {
        const got = yield* api.get(MARKETS)
        assert.strictEqual(Buffer.from(got.body).toString("utf8"), ODD)
        assert.isTrue(got.inspection.whole)
        assert.strictEqual(got.attempts, 1)
      }
    })
  )

  it.scopedLive("keeps bytes that are not text, and a status that is an error", () =>
    Effect.gen(function* () {
      const bytes = Uint8Array.from({ length: 256 }, (_, n) => n)
      const { url } = yield* server((_, response) => answer(response, 404, bytes))
      const got = yield* Effect.flatMap(client(url), (api) => api.get(MARKETS))
      assert.deepStrictEqual([got.status, got.inspection.whole], [404, false])
      assert.deepStrictEqual(new Uint8Array(got.body), bytes)
    })
  )

  it.scopedLive("keeps the headers that matter and the time at which its last byte arrived", () =>
    Effect.gen(function* () {
      const { url } = yield* server((_, response) => {
        response.writeHead(200, { Age: "7", "Cache-Control": "public, max-age=15", "X-Other": "1" })
        response.write('{"a":')
        setTimeout(() => response.end("1}"), 150)
      })
      const api = yield* client(url)
      const before = Date.now()
      const got = yield* api.get(MARKETS)
      const after = Date.now()
      assert.deepInclude(got.headers, { age: "7", "cache-control": "public, max-age=15" })
      assert.notProperty(got.headers, "x-other")
      assert.match(got.observedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
      const observedAt = Date.parse(got.observedAt)
      assert.isAtLeast(observedAt, before + 140)
      assert.isAtMost(observedAt, after + 20)
    })
  )

  it.scopedLive("is requested by user agent, as gzipped JSON, with path and query unchanged", () =>
    Effect.gen(function* () {
      const { arrivals, url } = yield* server((_, response) => answer(response, 200, "{}"))
      const api = yield* client(`${url}/trade-api/v2`)
      const asked = "/markets?cursor=CgsI%2B%2F8%3D&tickers=A%2CB"
      yield* api.get(asking(asked))
      assert.strictEqual(api.baseUrl, `${url}/trade-api/v2`)
      assert.strictEqual(arrivals[0]?.path, `/trade-api/v2${asked}`)
      assert.match(arrivals[0]?.headers["user-agent"] ?? "", /^kalshi-tape\/\d/)
      assert.strictEqual(arrivals[0]?.headers["accept-encoding"], "gzip")
      assert.strictEqual(arrivals[0]?.headers.accept, "application/json")
    })
  )

  it.scopedLive("that is cut short fails, although a lenient reader would accept its gzip", () =>
    Effect.gen(function* () {
      const whole = JSON.stringify({ markets: Array.from({ length: 500 }, (_, n) => `MARKET-${n}`) })
      const packed = gzipSync(whole)
      const cuts = [
        () => packed.subarray(0, packed.length - 8),
        () => packed.subarray(0, packed.length / 2),
        () => gzipSync(whole.slice(0, -1))
      ]
      const { url } = yield* server((nth, response) =>
        answer(response, 200, cuts[nth - 1]?.() ?? packed, { "content-encoding": "gzip" })
      )
      const got = yield* Effect.flatMap(client(url), (api) => impatient(api.get(MARKETS)))
      assert.strictEqual(got.attempts, cuts.length + 1)
      assert.strictEqual(Buffer.from(got.body).toString(), whole)
    })
  )
})

/** These tests wait more than they compute. */
describe.concurrent("every fault of the local exchange", () => {
  const [short, long] = ["250 millis", "3 seconds"] as const

  /** The outcome of one request under a script, and the number of requests that the exchange saw. */
  const ends = (script: string) =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 100, faults: yield* faults(script) })
      // On a busy machine any answer may be slow, so only requests that get none have the short limit.
      const limit = /^(hang|stall)$/.test(script) ? short : long
      const api = yield* client(x.url, { headersTimeout: limit, bodyTimeout: limit })
      const got = yield* Effect.either(impatient(api.get(MARKETS)))
      return { got, seen: (yield* x.requests).length }
    })

  for (const [script, requests] of [
    ["429:count=5", 6],
    ["429:from=1,count=9", 10],
    ["500:count=2", 3],
    ["502:count=1", 2],
    ["503:count=3", 4],
    ["504:count=1", 2],
    ["html503:count=1", 2],
    ["empty500:count=2", 3],
    ["truncate:count=2", 3],
    ["cut:count=2", 3],
    ["reset:count=3", 4],
    ["hang:count=1", 2],
    ["stall:count=1", 2],
    ["429:count=2; reset:at=3; truncate:at=4; cut:at=5", 6],
    ["slow:ms=100", 1],
    ["loop", 1]
  ] as const) {
    it.scopedLive(`${script}: the answer comes with request ${requests}`, () =>
      Effect.gen(function* () {
        const { got, seen } = yield* ends(script)
        const response = Either.getOrThrow(got)
        assert.deepInclude(response, { status: 200, attempts: requests })
        assert.isTrue(response.inspection.whole)
        assert.strictEqual(seen, requests)
      })
    )
  }

  for (const status of [400, 401, 403, 404, 414]) {
    for (const form of ["", "html", "empty"]) {
      it.scopedLive(`${form}${status} is final: one request`, () =>
        Effect.gen(function* () {
          const { got, seen } = yield* ends(`${form}${status}`)
          assert.deepInclude(Either.getOrThrow(got), { status, attempts: 1 })
          assert.strictEqual(seen, 1)
        })
      )
    }
  }

  for (const [script, status, json] of [
    ["429", 429, true],
    ["503", 503, true],
    ["html502", 502, false],
    ["empty500", 500, false],
    ["truncate", 200, false],
    // An answer that the exchange gave before its connections broke still counts.
    ["503:count=6; reset", 503, true],
    ["503:count=6; stall:count=1; reset", 503, true]
  ] as const) {
    it.scopedLive(`${script} to the end: the last answer is returned`, () =>
      Effect.gen(function* () {
        const { got, seen } = yield* ends(script)
        const response = Either.getOrThrow(got)
        assert.strictEqual(response.status, status)
        assert.strictEqual(response.inspection.whole, json)
        assert.isAtLeast(response.attempts, ATTEMPTS_MIN)
        assert.strictEqual(seen, response.attempts)
      })
    )
  }

  for (const script of ["down", "reset", "hang", "stall", "cut"]) {
    it.scopedLive(`${script} to the end: unreachable, in one line that says what to do`, () =>
      Effect.gen(function* () {
        const { got } = yield* ends(script)
        const error = Either.getOrThrow(Either.flip(got))
        assert.isTrue(error._tag === "ExchangeUnreachable" && error.attempts >= ATTEMPTS_MIN)
        assert.match(error.message, /does not answer \(.+\)\. Check the network and --api-url/)
        assert.notMatch(error.message, /[\n\r]|undefined|\[object| at \S+ \(/)
        assert.isBelow(error.message.length, 300)
      })
    )
  }

  it.scopedLive("a name that does not resolve is unreachable too", () =>
    Effect.gen(function* () {
      const api = yield* client("http://no-such-exchange.invalid")
      const error = yield* Effect.flip(impatient(api.get(MARKETS)))
      assert.match(error.message, /no-such-exchange\.invalid does not answer \(.*(ENOTFOUND|EAI_AGAIN)/)
    })
  )
})

describe("interruption", () => {
  it.scopedLive("closes the connection of a request that waits for its answer or reads its body", () =>
    Effect.gen(function* () {
      const { arrivals, url } = yield* server((nth, response) => {
        if (nth === 1) return
        response.writeHead(200, { "content-length": "1000" })
        response.write("{")
      })
      const api = yield* client(url)
      for (const nth of [0, 1]) {
        const fiber = yield* Effect.fork(api.get(MARKETS))
        while (arrivals[nth] === undefined) yield* Effect.sleep("10 millis")
        yield* Effect.sleep("100 millis")
        assert.isFalse(arrivals[nth].closed)
        yield* Fiber.interrupt(fiber)
        while (!arrivals[nth].closed) yield* Effect.sleep("10 millis")
      }
      assert.strictEqual(arrivals.length, 2)
    })
  )

  it.scopedLive("a request that ran out of time is closed before the next one is made", () =>
    Effect.gen(function* () {
      const { arrivals, url } = yield* server((nth, response) => {
        if (nth === 2) answer(response, 200, "{}")
      })
      const api = yield* client(url, { headersTimeout: "1500 millis" })
      const got = yield* impatient(api.get(MARKETS))
      assert.strictEqual(got.attempts, 2)
      assert.isTrue(arrivals[0]?.closed)
    })
  )
})
