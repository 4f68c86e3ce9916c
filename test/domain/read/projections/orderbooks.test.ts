import { assert, describe, it } from "@effect/vitest"
import { orderbooks } from "../../../../src/domain/read/orderbooks/projection.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { observe, SLOT } from "../observe.ts"
import { centsBook, emptyBook, stringsBook } from "../wire/tape-bodies.ts"
import { endpointsRead, rowsIn, rowsOf } from "./rows.ts"

const MANY = { endpoint: "GET /markets/orderbooks", feed: "orderbooks", seq: 7 }
const ALONE = { endpoint: "GET /markets/{ticker}/orderbook", feed: "orderbooks", seq: 8 }

const listed = observe(
  {
    orderbooks: [
      { ticker: "A", orderbook_fp: stringsBook },
      { ticker: "B", orderbook_fp: emptyBook }
    ]
  },
  { ...MANY, request: "/markets/orderbooks?tickers=A&tickers=B" }
)

const alone = (request: string, body: unknown = { orderbook: centsBook }) =>
  observe(body, { ...ALONE, request })

describe("the projection of order books", () => {
  it("makes a row of every level and of every book", () => {
    const rows = Object.fromEntries(rowsOf(orderbooks, listed).map(({ rows, table }) => [table, rows]))
    const [key, at] = [
      { slot: SLOT, seq: 7 },
      { slot: SLOT, market: "A", seq: 7 }
    ]
    assert.deepStrictEqual(rows, {
      orderbook_slots: [{ slot: SLOT, snapshot_time: "2026-11-22T12:15:00Z" }],
      orderbook_pages: [{ seq: 7, observed_at: "2026-11-22T12:15:01.234567Z", first: SLOT, last: SLOT }],
      orderbook_books: [
        { ...key, market: "A" },
        { ...key, market: "B" }
      ],
      orderbook_levels: [
        { ...at, side: "yes", price: 0.01, size: 1209.98 },
        { ...at, side: "yes", price: 40.49, size: 0.01 },
        { ...at, side: "no", price: 55.5, size: 100 }
      ]
    })
  })

  it("takes the market of a single book from the path of the request", () => {
    const marketOf = (request: string) => rowsIn(orderbooks, "orderbook_books", alone(request))[0]?.market
    assert.strictEqual(marketOf("/markets/KX-A/orderbook"), "KX-A")
    assert.strictEqual(marketOf("/markets/KX%20%C3%9C/orderbook?depth=0"), "KX Ü")
    for (const request of ["/markets/%E0%A4%A/orderbook", "/elsewhere"]) {
      const { problems, rows } = orderbooks.project(new Reading(alone(request)))
      assert.deepStrictEqual([rows, problems.map(({ path }) => path)], [[], ["request"]])
    }
  })

  it("does not read answers with the best levels only, which would look like thin books", () => {
    assert.deepStrictEqual(endpointsRead(orderbooks, listed), ["GET /markets/{ticker}/orderbook"])
    assert.isTrue(orderbooks.reads(listed))
    assert.isFalse(orderbooks.reads(alone("/markets/A/orderbook?depth=5")))
    assert.isTrue(orderbooks.reads(alone("/markets/A/orderbook?depth=0")))
  })

  it("takes the last book of a market that is named twice, and no level of the first", () => {
    const twice = [
      { ticker: "A", orderbook_fp: stringsBook },
      { ticker: "A", orderbook_fp: emptyBook }
    ]
    const page = observe({ orderbooks: twice }, MANY)
    assert.strictEqual(rowsIn(orderbooks, "orderbook_books", page).length, 1)
    assert.deepStrictEqual(rowsIn(orderbooks, "orderbook_levels", page), [])
  })

  it("reports an unreadable book, and makes no slot of an answer without a readable one", () => {
    const bad = observe({ orderbooks: [{ ticker: "A", orderbook_fp: {} }] }, MANY)
    const { problems, rows } = orderbooks.project(new Reading(bad))
    assert.deepStrictEqual([rows, problems.map(({ path }) => path)], [[], ["orderbooks[0].orderbook_fp.yes"]])
    assert.deepStrictEqual(rowsOf(orderbooks, observe({ orderbooks: [] }, MANY)), [])
  })
})
