import { assert, describe, it } from "@effect/vitest"
import { events as eventItems } from "../../../src/domain/read/events/wire.ts"
import { unread } from "../../../src/domain/read/field.ts"
import { markets as marketItems } from "../../../src/domain/read/markets/wire/market.ts"
import { Reading } from "../../../src/domain/read/reading.ts"
import { observe } from "./observe.ts"
import { centsMarket, dualFpMarket, eventBody, stringsMarket } from "./wire/bodies.ts"

const read = (body: unknown) => {
  const reading = new Reading(observe(body))
  const events = reading.items(eventItems)
  const markets = reading.items(marketItems)
  return {
    markets: markets.items.map(({ ticker }) => ticker),
    events: events.items.map(({ eventTicker }) => eventTicker),
    paths: markets.problems.map(({ path }) => path),
    eventPaths: events.problems.map(({ path }) => path)
  }
}

const market = (ticker: string) => stringsMarket({ ticker })
const event = (event_ticker: string, markets?: unknown) =>
  eventBody(markets === undefined ? { event_ticker } : { event_ticker, markets })

describe("markets and events are found", () => {
  it("in a listing", () => {
    assert.deepStrictEqual(read({ markets: [market("A"), market("B")], cursor: "" }).markets, ["A", "B"])
    const events = read({ events: [event("E"), event("F")], cursor: null })
    assert.deepStrictEqual(events, { markets: [], events: ["E", "F"], paths: [], eventPaths: [] })
  })

  it("on their own", () => {
    assert.deepStrictEqual(read({ market: market("A") }).markets, ["A"])
    assert.deepStrictEqual(read({ event: event("E") }).events, ["E"])
  })

  it("inside events, beside an event as in older answers, or both", () => {
    const nested = read({ events: [event("E", [market("A")]), event("F", [market("B"), market("C")])] })
    assert.deepStrictEqual(nested.markets, ["A", "B", "C"])
    assert.deepStrictEqual(read({ event: event("E"), markets: [market("A")] }).markets, ["A"])
    assert.deepStrictEqual(read({ event: event("E", [market("A")]) }).markets, ["A"])
  })

  it("of several eras on one page", () => {
    const page = { markets: [centsMarket({ ticker: "A" }), dualFpMarket({ ticker: "B" }), market("C")] }
    const bids = new Reading(observe(page)).items(marketItems).items.map(({ quote }) => quote.yesBid)
    assert.deepStrictEqual(bids, [410_000, 414_900, 69_000])
  })
})

describe("an empty answer differs from a broken one", () => {
  it.each([
    { markets: [] },
    { markets: null, cursor: "" },
    { market: market("A"), markets: null },
    { events: null },
    { events: [event("E"), event("F", null), event("G", [])] }
  ])("%#", (body) => {
    assert.deepStrictEqual(read(body).paths, [])
  })

  it("a listing under an unknown key is a problem, not an empty listing", () => {
    const { problems } = new Reading(observe({ market_list: [market("A")], cursor: "" })).items(marketItems)
    assert.deepStrictEqual(
      problems.map(({ expected, path }) => [path, expected]),
      [["body", "an object with markets or market or events or event"]]
    )
    assert.include(problems[0]?.found, '{"market_list":[')
    assert.deepStrictEqual(read({ markets: [] }).eventPaths, ["body"])
    for (const body of [[market("A")], "text", 1, null, {}]) {
      assert.deepStrictEqual(read(JSON.stringify(body)).paths, ["body"], JSON.stringify(body))
    }
  })

  it("a list of another type is a problem", () => {
    assert.deepStrictEqual(read({ markets: "none" }).paths, ["markets"])
    assert.deepStrictEqual(read({ events: [event("E", 0)] }).paths, ["events[0].markets"])
    assert.deepStrictEqual(read({ event: null }).eventPaths, ["event"])
    assert.deepStrictEqual(read({ market: null }).paths, ["market"])
  })

  it("a body that is not JSON is a problem", () => {
    for (const body of ["", "<html>403 Forbidden</html>", '{"markets":[{"ticker":"A"']) {
      const { items, problems } = new Reading(observe(body)).items(marketItems)
      assert.deepStrictEqual([items.length, problems.length], [0, 1])
      assert.deepStrictEqual(problems[0], { path: "body", expected: "JSON", found: JSON.stringify(body) })
    }
  })
})

describe("an unreadable item", () => {
  it("of a page is reported with its path and reason; its other fields and the other items are kept", () => {
    const bad = [{ ...market("B"), yes_bid_dollars: "7 cents" }, null, "D", { ...market("E"), close_time: 5 }]
    const page = { markets: [market("A"), ...bad, market("F")] }
    const markets = new Reading(observe(page)).items(marketItems)
    assert.deepStrictEqual(
      markets.items.map(({ ticker }) => ticker),
      ["A", "B", "E", "F"]
    )
    assert.deepStrictEqual(
      markets.problems.map(({ expected, found, path }) => `${path}: ${expected}: ${found}`),
      [
        'markets[1].yes_bid_dollars: a price as a decimal string with at most 6 fractional digits, below 100 dollars, null or nothing: "7 cents"',
        "markets[2]: an object: null",
        'markets[3]: an object: "D"',
        "markets[4].close_time: an RFC 3339 time, null or nothing: 5"
      ]
    )
    assert.deepStrictEqual(
      markets.problems.map(({ part }) => part),
      ["B.yes_bid_dollars", undefined, undefined, "E.close_time"]
    )
    const [, quoteless, timeless] = markets.items
    assert.deepInclude(quoteless?.quote, { yesBid: undefined, yesAsk: 72_000 })
    assert.strictEqual(quoteless?.terms.closeTime, "2026-11-23T04:59:00.000000Z")
    assert.deepInclude(timeless?.quote, { yesBid: 69_000, yesAsk: 72_000 })
    assert.strictEqual(timeless?.terms.closeTime, unread)
    assert.strictEqual(timeless?.terms.openTime, "2026-11-20T15:00:00.000000Z")
  })

  it("inside an event affects neither the event nor its other markets, and the reverse", () => {
    const events = [
      event("E", [market("A"), { ...market("B"), ticker: 7 }]),
      { ...event("F", [market("C")]), mutually_exclusive: "yes" },
      null
    ]
    assert.deepStrictEqual(read({ events }), {
      markets: ["A", "C"],
      events: ["E", "F"],
      paths: ["events[0].markets[1].ticker"],
      eventPaths: ["events[1].mutually_exclusive", "events[2]"]
    })
  })
})

it("a body is decoded once, however many projections read it", () => {
  const reading = new Reading(observe({ markets: [market("A")] }))
  assert.strictEqual(reading.items(marketItems), reading.items(marketItems))
  assert.strictEqual(reading.items(marketItems).items[0], reading.items(marketItems).items[0])
})
