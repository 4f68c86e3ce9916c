/** Batches that are answered in part, or refused because of one name. */

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { batched, batches } from "../../../src/domain/ask/batch.ts"
import type { Feed } from "../../../src/domain/ask/feed.ts"
import { orderbooksOf } from "../../../src/domain/ask/feeds/orderbooks.ts"
import type { FeedRequest } from "../../../src/domain/ask/request.ts"
import { type Reply, SLOT, scripted } from "./support.ts"

const tickersOf = (path: string) => new URLSearchParams(path.split("?")[1] ?? "").getAll("tickers")

const books = (tickers: ReadonlyArray<string>): Reply => ({
  status: 200,
  body: JSON.stringify({ orderbooks: tickers.map((ticker) => ({ ticker, orderbook_fp: {} })) })
})

const booksOf = (tickers: ReadonlyArray<string>): FeedRequest => ({
  endpoint: "GET /markets/orderbooks",
  path: "/markets/orderbooks",
  query: { tickers },
  items: "orderbooks",
  paged: false
})

const names = (n: number) => Array.from({ length: n }, (_, at) => `KX-${String(at).padStart(4, "0")}`)

/** Requests the books of a number of markets from an exchange that answers as a test says. */
const taking = (tickers: ReadonlyArray<string>, answer: (tickers: ReadonlyArray<string>) => Reply) =>
  Effect.gen(function* () {
    const { asked, observations, recorder } = yield* scripted((_, path) => answer(tickersOf(path)))
    const outcome = yield* recorder.run({ feed: orderbooksOf(tickers), slot: SLOT, interval: 900 })
    return { outcome, asked: asked.map(({ path }) => tickersOf(path).length), observations }
  })

describe("a batch of books", () => {
  it.scopedLive("that lacks some markets is completed by requesting them alone", () =>
    Effect.gen(function* () {
      const { asked, outcome } = yield* taking(names(250), (some) =>
        books(some.length === 1 ? some : some.slice(0, -2))
      )
      assert.deepInclude(outcome, { status: "complete", reason: null, items: 250 })
      assert.deepStrictEqual(
        asked.sort((a, b) => b - a),
        [100, 100, 50, 1, 1, 1, 1, 1, 1]
      )
    })
  )

  it.scopedLive("that always lacks one market is complete, and names it", () =>
    Effect.gen(function* () {
      const { asked, outcome } = yield* taking(names(250), (some) =>
        books(some.filter((ticker) => ticker !== "KX-0017"))
      )
      assert.deepInclude(outcome, {
        status: "complete",
        reason: "1 of 250 names got no answer: KX-0017",
        items: 249
      })
      assert.strictEqual(asked.length, 4, "three batches, and the one market")
      assert.isNotNull(outcome.watermark)
    })
  )

  it.scopedLive("that is cut to fifty is requested by halves", () =>
    Effect.gen(function* () {
      const { asked, outcome } = yield* taking(names(200), (some) => books(some.slice(0, 50)))
      assert.deepInclude(outcome, { status: "complete", reason: null, items: 200 })
      assert.strictEqual(asked.length, 6)
    })
  )

  it.scopedLive("that is refused for one bad name still brings all other books", () =>
    Effect.gen(function* () {
      const { outcome, observations } = yield* taking(names(200), (some) =>
        some.includes("KX-0123") ? { status: 400, body: '{"error":{"code":"bad_request"}}' } : books(some)
      )
      assert.deepInclude(outcome, {
        status: "complete",
        reason: "1 of 200 names got no answer: KX-0123",
        items: 199
      })
      assert.isTrue((yield* observations).some(({ status }) => status === 400))
    })
  )

  it.scopedLive("that answers nothing fails, and is not requested for ever", () =>
    Effect.gen(function* () {
      const { asked, outcome } = yield* taking(names(1000), () => books([]))
      assert.deepInclude(outcome, { status: "failed", watermark: null, items: 0 })
      assert.match(outcome.reason ?? "", /^1000 of 1000 names got no answer: KX-0000, .* and 995 more$/)
      assert.isBelow(asked.length, 320)
    })
  )

  it.scopedLive("that is refused whatever its names fails with the exchange's message", () =>
    Effect.gen(function* () {
      const { asked, outcome } = yield* taking(names(1000), () => ({ status: 404, body: '{"error":"gone"}' }))
      assert.strictEqual(outcome.status, "failed")
      assert.match(outcome.reason ?? "", /\d requests were refused; the first: .* 404 .*gone/)
      assert.isBelow(asked.length, 320)
    })
  )

  it.scopedLive("that is refused whatever its names is divided once, and no later one is", () =>
    Effect.gen(function* () {
      const pairs: Feed = {
        ...orderbooksOf([]),
        requests: () =>
          Array.from({ length: 100 }, (_, at) => [`KX-${at}-A`, `KX-${at}-B`]).map((pair) =>
            batched(pair, true, booksOf)
          )
      }
      const { asked, recorder } = yield* scripted(() => ({ status: 404, body: '{"error":"gone"}' }))
      const outcome = yield* recorder.run({ feed: pairs, slot: SLOT, interval: 900 })
      assert.strictEqual(outcome.status, "failed")
      // Four requests are under way at a time, and each of the first four is divided in two.
      assert.isAtMost(asked.length, 100 + 4 * 2)
    })
  )
})

describe("names", () => {
  it("that are long make shorter batches, none of them with a URL that is refused", () => {
    const groups = batches(names(150).map((name) => `${name}${"-X".repeat(90)}`))
    assert.isAbove(groups.length, 3)
    assert.strictEqual(groups.flat().length, 150)
    for (const group of groups)
      assert.isBelow(new URLSearchParams({ t: group.join(",") }).toString().length, 8000)
    assert.deepStrictEqual(
      batches(names(150)).map(({ length }) => length),
      [100, 50]
    )
  })

  it.scopedLive("that cannot be requested do not affect their batches, and are named", () =>
    Effect.gen(function* () {
      const bad = ["A,B", "", "K".repeat(1_000_000), "\ud800"]
      const feed: Feed = {
        ...orderbooksOf("open"),
        requests: ({ tickers }) => batches(tickers).map((some) => batched(some, true, booksOf))
      }
      const { asked, recorder, sql } = yield* scripted((_, path) => books(tickersOf(path)))
      const insert = (ticker: string, n: number) => sql`
        INSERT INTO market_numbers (market, ticker) VALUES (${n}, ${ticker})`
      yield* Effect.forEach([...names(60), ...bad.slice(0, 3)], (ticker, n) => insert(ticker, n + 1))
      yield* sql`
        INSERT INTO market_rows (market, event_ticker, status) SELECT market, '', 'active' FROM market_numbers`
      const outcome = yield* recorder.run({ feed, slot: SLOT, interval: 900 })
      assert.deepInclude(outcome, { status: "complete", items: 60 })
      assert.match(outcome.reason ?? "", /^3 of 63 names got no answer: /)
      assert.isBelow((outcome.reason ?? "").length, 200)
      assert.strictEqual(asked.length, 1)
    })
  )
})
