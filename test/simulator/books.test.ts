import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { BookJson } from "../../src/simulator/wire/wire.ts"
import { exchange, get, json, NOON, tickers } from "./support.ts"

interface Single {
  readonly orderbook_fp: BookJson
}

interface Batch {
  readonly orderbooks: ReadonlyArray<Single & { readonly ticker: string }>
}

const EMPTY: BookJson = { no_dollars: [], yes_dollars: [] }

const repeated = (names: ReadonlyArray<string>) => names.map((name) => `tickers=${name}`).join("&")

describe("/markets/{ticker}/orderbook", () => {
  it.scopedLive(
    "has the market's quote as its best levels, which come last, are on the grid, and are bids",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange({ markets: 2000 })
        const open = x.universe.openAt(NOON)
        let [deep, oneSided] = [0, 0]
        for (const market of open) {
          const book = x.universe.bookAt(market.ticker, NOON)
          const quote = x.universe.marketAt(market.ticker, NOON)
          assert.deepStrictEqual(
            [book.yes_dollars.at(-1)?.[0] ?? "0.0000", book.yes_dollars.at(-1)?.[1] ?? "0.00"],
            [quote?.yes_bid_dollars, quote?.yes_bid_size_fp],
            market.ticker
          )
          assert.deepStrictEqual(
            [book.no_dollars.at(-1)?.[0] ?? "0.0000", book.no_dollars.at(-1)?.[1] ?? "0.00"],
            [quote?.no_bid_dollars, quote?.yes_ask_size_fp],
            market.ticker
          )
          for (const side of [book.yes_dollars, book.no_dollars]) {
            const prices = side.map(([price]) => Number(price))
            assert.isTrue(prices.every((price, n) => n === 0 || price > (prices[n - 1] ?? 1)))
            assert.isTrue(prices.every((price) => price > 0 && price < 1))
            assert.isTrue(side.every(([, count]) => /^\d+\.\d\d$/.test(count) && Number(count) > 0))
            if (side.length > 5) deep++
            if (side.length === 0) oneSided++
          }
        }
        assert.isAbove(deep, open.length / 10)
        assert.isAbove(oneSided, open.length / 10)
      })
  )

  it.scopedLive(
    "has only the best levels on request, and is empty for closed, settled, unborn or unknown markets",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange({ markets: 1000 })
        const thick = tickers(x.universe.openAt(NOON)).find(
          (ticker) => x.universe.bookAt(ticker, NOON).yes_dollars.length > 4
        )
        const truth = x.universe.bookAt(thick ?? "", NOON)
        const whole = yield* json<Single>(x, `/markets/${thick}/orderbook`)
        assert.deepStrictEqual(whole, { orderbook_fp: truth })
        assert.deepStrictEqual(yield* json<Single>(x, `/markets/${thick}/orderbook?depth=0`), whole)
        const cut = yield* json<Single>(x, `/markets/${thick}/orderbook?depth=3`)
        assert.deepStrictEqual(cut.orderbook_fp, {
          no_dollars: truth.no_dollars.slice(-3),
          yes_dollars: truth.yes_dollars.slice(-3)
        })
        for (const depth of ["101", "-1", "all"]) {
          assert.strictEqual((yield* get(x, `/markets/${thick}/orderbook?depth=${depth}`)).status, 400)
        }
        const settled = x.universe.settledBetween(NOON - 3_600_000, NOON).at(-1)?.ticker
        for (const ticker of [settled, "KXNONE-1"]) {
          const got = yield* get(x, `/markets/${ticker}/orderbook`)
          assert.strictEqual(got.status, 200)
          assert.strictEqual(got.text, '{"orderbook_fp":{"no_dollars":[],"yes_dollars":[]}}')
        }
      })
  )
})

describe("/markets/orderbooks", () => {
  it.scopedLive(
    "accepts up to a hundred repeated tickers; a list with commas counts as one unknown ticker",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange()
        const open = tickers(x.universe.openAt(NOON))
        const hundred = open.slice(0, 100)
        const many = yield* json<Batch>(x, `/markets/orderbooks?${repeated(hundred)}`)
        assert.deepStrictEqual(
          many.orderbooks,
          hundred.map((ticker) => ({ orderbook_fp: x.universe.bookAt(ticker, NOON), ticker }))
        )
        const list = open.slice(0, 3).join(",")
        assert.deepStrictEqual(yield* json<Batch>(x, `/markets/orderbooks?tickers=${list}`), {
          orderbooks: [{ orderbook_fp: EMPTY, ticker: list }]
        })
        for (const query of ["", "?tickers=", `?${repeated(open.slice(0, 101))}`]) {
          const got = yield* get(x, `/markets/orderbooks${query}`)
          assert.strictEqual(got.status, 400, query.slice(0, 20))
          assert.deepInclude(JSON.parse(got.text).error, { code: "bad_request" })
        }
      })
  )
})
