import { assert, describe, it } from "@effect/vitest"
import { priceSnapshots } from "../../../../src/domain/read/prices/projection.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { observe, SLOT } from "../observe.ts"
import { type Body, centsMarket, dualFpMarket, stringsMarket } from "../wire/bodies.ts"
import { endpointsRead, rowsIn, rowsOf } from "./rows.ts"

const listing = (...markets: ReadonlyArray<unknown>) => observe({ markets, cursor: "" }, { seq: 7 })

const row = (body: Body) => rowsIn(priceSnapshots, "price_rows", listing(body))[0] ?? {}

describe("a price row", () => {
  it("is in cents and contracts, exact below one cent or contract", () => {
    assert.deepStrictEqual(row(stringsMarket()), {
      slot: SLOT,
      market: "KXRAIN-26NOV22-T1",
      seq: 7,
      yes_bid: 6.9,
      yes_ask: 7.2,
      no_bid: 92.8,
      no_ask: 93.1,
      last_price: 7.1,
      volume: 61202.75,
      volume_24h: 3752.5,
      open_interest: 42216.25,
      liquidity: 0,
      yes_bid_size: 2.5,
      yes_ask_size: 100
    })
  })

  it("is the same in every era, as far as the era has the field", () => {
    const cents = { yes_bid: 41, yes_ask: 43, last_price: 42, volume: 61202, liquidity: 12507414 }
    assert.deepInclude(row(centsMarket()), { ...cents, yes_bid_size: null, yes_ask_size: null })
    assert.deepInclude(row(dualFpMarket()), { yes_bid: 41.49, volume: 61202.75, yes_bid_size: 12.5 })
  })

  it("has bids and asks as sent, including the exchange's values for an empty side", () => {
    const empty = { yes_bid_dollars: "0.0000", yes_ask_dollars: "1.0000", yes_bid_size_fp: "0.00" }
    assert.deepInclude(row(stringsMarket(empty)), { yes_bid: 0, yes_ask: 100, yes_bid_size: 0 })
  })

  it("has NULL for null and for an absent field, never 0", () => {
    const bare = row({ ticker: "T", event_ticker: "E", status: "active", yes_bid_dollars: null })
    const { market, seq, slot, ...prices } = bare
    assert.deepStrictEqual([market, seq, slot], ["T", 7, SLOT])
    assert.isTrue(Object.values(prices).every((price) => price === null))
  })
})

describe("the projection of prices", () => {
  it("reads only the listing of the markets feed", () => {
    assert.deepStrictEqual(endpointsRead(priceSnapshots, listing()), ["GET /markets"])
    for (const feed of ["settlements", "sync-markets", "events", "backfill"]) {
      assert.deepStrictEqual(endpointsRead(priceSnapshots, { ...listing(), feed }), [], feed)
    }
  })

  it("takes its time from the slot, and keeps the time at which the answer arrived", () => {
    const observation = { ...listing(stringsMarket()), observedAt: "2026-11-22T12:17:42.000001Z" }
    const tables = Object.fromEntries(
      rowsOf(priceSnapshots, observation).map(({ rows, table }) => [table, rows])
    )
    assert.deepStrictEqual(tables.price_slots, [{ slot: SLOT, snapshot_time: "2026-11-22T12:15:00Z" }])
    assert.deepStrictEqual(tables.price_pages, [
      { seq: 7, observed_at: "2026-11-22T12:17:42.000001Z", first: SLOT, last: SLOT }
    ])
    assert.deepInclude(tables.price_rows?.[0], { slot: SLOT, seq: 7 })
  })

  it("makes no slot of a page without markets", () => {
    assert.deepStrictEqual(rowsOf(priceSnapshots, listing()), [])
    assert.deepStrictEqual(rowsOf(priceSnapshots, listing({ title: "without a ticker" })), [])
  })

  it("leaves unreadable fields to the projection of markets to report, and takes the rest", () => {
    const odd = { ticker: "B", yes_bid_dollars: 0.069, floor_strike: "79.5", status: 1 }
    const page = listing(stringsMarket(), stringsMarket(odd), { ticker: null })
    assert.deepStrictEqual(priceSnapshots.project(new Reading(page)).problems, [])
    const [one, other] = rowsIn(priceSnapshots, "price_rows", page)
    assert.deepStrictEqual(other, { ...one, market: "B", yes_bid: null })
  })

  it("makes no row of a market that is not open, and reports each", () => {
    const statuses = ["initialized", "inactive", "closed", "determined", "finalized", "settled", "unopened"]
    const page = listing(
      ...[...statuses, "active", "open"].map((status) => stringsMarket({ ticker: `T-${status}`, status }))
    )
    assert.deepStrictEqual(
      rowsIn(priceSnapshots, "price_rows", page).map(({ market }) => market),
      ["T-active", "T-open"]
    )
    const { problems } = priceSnapshots.project(new Reading(page))
    assert.deepStrictEqual(
      problems.map(({ found, part }) => [part, found]),
      statuses.map((status) => [`T-${status}.status`, JSON.stringify(status)])
    )
    const none = listing(stringsMarket({ status: "closed" }))
    assert.deepStrictEqual(rowsOf(priceSnapshots, none), [])
  })

  it("keeps the quote of a market with an unknown status, and reports that status once", () => {
    const page = listing(...["A", "B"].map((ticker) => stringsMarket({ ticker, status: "trading" })))
    assert.lengthOf(rowsIn(priceSnapshots, "price_rows", page), 2)
    const { problems } = priceSnapshots.project(new Reading(page))
    assert.deepStrictEqual(
      problems.map(({ found, part }) => [part, found]),
      [["status trading", '"trading"']]
    )
  })

  it("reads the listing of open combos too, and not that of settled ones", () => {
    const combos = { ...listing(stringsMarket()), feed: "combos" }
    const request = (status: string) => `/markets?limit=1000&mve_filter=only&status=${status}`
    assert.isTrue(priceSnapshots.reads({ ...combos, request: request("open") }))
    assert.isFalse(priceSnapshots.reads({ ...combos, request: request("settled") }))
    assert.isFalse(priceSnapshots.reads({ ...combos, feed: "events", request: request("open") }))
  })
})
