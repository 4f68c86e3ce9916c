import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import type { FeedContext } from "../../../../src/domain/ask/feed.ts"
import { orderbooks, orderbooksOf } from "../../../../src/domain/ask/feeds/orderbooks.ts"
import { canonicalRequest } from "../../../../src/domain/ask/request.ts"
import { SLOT } from "../../read/observe.ts"

const context = (tickers: ReadonlyArray<string>): FeedContext => ({
  slot: SLOT,
  begun: SLOT,
  watermark: undefined,
  since: undefined,
  tickers
})

const markets = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 450 }).map((all) => all.sort())

const askedIn = (request: string) => new URLSearchParams(request.split("?")[1]).getAll("tickers")

describe("order books are asked for", () => {
  it.prop("each market once, at most a hundred in a request", [markets], ([tickers]) => {
    const requests = orderbooks.requests(context(tickers)).map(canonicalRequest)
    assert.strictEqual(requests.length, Math.ceil(tickers.length / 100))
    assert.deepStrictEqual(requests.flatMap(askedIn), tickers)
    for (const request of requests) assert.isAtMost(askedIn(request).length, 100)
  })

  it("by repeating the parameter, since a list with commas would be read as one ticker", () => {
    const [request] = orderbooks.requests(context(["A", "B&C"]))
    const { batch, ...asked } = request ?? {}
    assert.deepStrictEqual(batch?.names, ["A", "B&C"])
    assert.deepStrictEqual(asked, {
      endpoint: "GET /markets/orderbooks",
      path: "/markets/orderbooks",
      query: { tickers: ["A", "B&C"] },
      items: "orderbooks",
      paged: false
    })
    assert.strictEqual(request && canonicalRequest(request), "/markets/orderbooks?tickers=A&tickers=B%26C")
  })

  it("for markets with volume or open interest by default, for all open ones, or for a list in any order", () => {
    assert.strictEqual(orderbooks.marketSet, "liquid")
    assert.strictEqual(orderbooksOf("open").marketSet, "open")
    const listed = orderbooksOf(["B", "A", "B"])
    assert.isUndefined(listed.marketSet)
    const asked = listed.requests(context(["of a set"])).map(canonicalRequest)
    assert.deepStrictEqual(asked, ["/markets/orderbooks?tickers=A&tickers=B"])
    for (const feed of [orderbooksOf("open"), listed]) assert.strictEqual(feed.name, "orderbooks")
  })

  it("by no request if there are no markets", () => {
    assert.deepStrictEqual(orderbooks.requests(context([])), [])
  })
})
