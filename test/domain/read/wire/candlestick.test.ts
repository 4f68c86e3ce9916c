import { assert, describe, it } from "@effect/vitest"
import { Either, FastCheck as fc } from "effect"
import type { Candlestick } from "../../../../src/domain/read/candlesticks/candlestick.ts"
import { candlesticks } from "../../../../src/domain/read/candlesticks/wire.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { observe } from "../observe.ts"
import { type Body, without } from "./bodies.ts"
import { centsCandle, dualCandle, liveCandle, NOON, pastCandle } from "./other-bodies.ts"

const read = (body: unknown) => new Reading(observe(body)).items(candlesticks)

const decoded = (candle: unknown): Candlestick => {
  const { items, problems } = read({ candlesticks: [candle] })
  assert.deepStrictEqual(problems, [])
  return items[0] ?? assert.fail("no candle")
}

const exact: Omit<Candlestick, "ticker"> = {
  endSeconds: NOON,
  yesBid: { open: 11_000, low: 12_000, high: 13_000, close: 14_001 },
  yesAsk: { open: 210_000, low: 220_000, high: 230_000, close: 240_000 },
  price: { open: 310_000, low: 320_000, high: 330_000, close: 340_000, mean: 354_800, previous: 360_000 },
  volume: 7_250_000,
  openInterest: 8_000_500_000
}

describe("a candle keeps every digit that was sent", () => {
  it("from the live tier, with suffixes", () => {
    assert.deepStrictEqual(decoded(liveCandle()), { ticker: undefined, ...exact })
  })

  it("from the historical tier, without suffixes", () => {
    assert.deepStrictEqual(decoded(pastCandle()), { ticker: undefined, ...exact })
  })

  it("in whole cents and contracts", () => {
    assert.deepStrictEqual(decoded(centsCandle()), {
      ticker: undefined,
      endSeconds: NOON,
      yesBid: { open: 10_000, low: 20_000, high: 30_000, close: 40_000 },
      yesAsk: { open: 210_000, low: 220_000, high: 230_000, close: 240_000 },
      price: { open: 310_000, low: 320_000, high: 330_000, close: 340_000, mean: 350_000, previous: 360_000 },
      volume: 7_000_000,
      openInterest: 8_000_000_000
    })
  })

  it("in both forms, of which the text wins over the rounded integer", () => {
    const counts = { volume: 7_000_000, openInterest: 8_000_000_000 }
    assert.deepStrictEqual(decoded(dualCandle()), { ticker: undefined, ...exact, ...counts })
    const fp = dualCandle({ volume_fp: "7.25", open_interest_fp: "8000.50" })
    assert.deepStrictEqual(decoded(fp), { ticker: undefined, ...exact })
  })

  const millionths = fc.integer({ min: 0, max: 1_000_000 })
  const dollars = (units: number) => (units / 1_000_000).toFixed(6)

  it.prop("whatever the digits, and the same from both tiers", [millionths, millionths], ([price, count]) => {
    const live = liveCandle({ price: { mean_dollars: dollars(price) }, volume_fp: dollars(count) })
    const past = pastCandle({ price: { mean: dollars(price) }, volume: dollars(count) })
    for (const candle of [decoded(live), decoded(past)]) {
      assert.deepStrictEqual([candle.price.mean, candle.volume], [price, count])
    }
  })
})

describe("an absent field", () => {
  it("is distinct from null, and both are distinct from 0", () => {
    const prices = (candle: Body) => {
      const { close, previous } = decoded(candle).price
      return [close, previous]
    }
    assert.deepStrictEqual(prices(liveCandle({ price: { previous_dollars: "0.0010" } })), [undefined, 1000])
    assert.deepStrictEqual(prices(liveCandle({ price: {} })), [undefined, undefined])
    assert.deepStrictEqual(prices(liveCandle({ price: { close_dollars: null } })), [null, undefined])
    assert.deepStrictEqual(prices(liveCandle({ price: { close_dollars: "0.0000" } })), [0, undefined])
    assert.deepStrictEqual(prices(pastCandle({ price: { close: null, previous: null } })), [null, null])
    const untraded = { close: null, previous: 11, previous_dollars: "0.1149" }
    assert.deepStrictEqual(prices(dualCandle({ price: untraded })), [null, 114_900])
    assert.deepStrictEqual(decoded(liveCandle({ volume_fp: "0.00" })).volume, 0)
    assert.isUndefined(decoded(without(liveCandle(), "volume_fp")).volume)
  })

  it("may be a whole side of the book", () => {
    for (const body of [liveCandle({ yes_bid: null }), without(liveCandle(), "yes_bid")]) {
      const said = Object.values(decoded(body).yesBid)
      assert.isTrue(said.every((price) => price === undefined))
    }
  })
})

describe("candles are found", () => {
  it("in a batch, with their markets", () => {
    const { items, problems } = read({
      markets: [
        { market_ticker: "A", candlesticks: [liveCandle(), liveCandle({ end_period_ts: NOON + 60 })] },
        { market_ticker: "B", candlesticks: [] },
        { market_ticker: "C", candlesticks: null },
        { market_ticker: "D", candlesticks: [pastCandle()] }
      ]
    })
    assert.deepStrictEqual(problems, [])
    assert.deepStrictEqual(
      items.map(({ ticker }) => ticker),
      ["A", "A", "D"]
    )
  })

  it("for a single market, with or without its ticker", () => {
    assert.strictEqual(read({ ticker: "A", candlesticks: [liveCandle()] }).items[0]?.ticker, "A")
    assert.isUndefined(read({ candlesticks: [liveCandle()] }).items[0]?.ticker)
    assert.deepStrictEqual(read({ candlesticks: [] }), { items: [], problems: [] })
  })

  it("one by one: an unreadable one is reported with its path, and the others are kept", () => {
    const { items, problems } = read({
      markets: [
        { market_ticker: "A", candlesticks: [liveCandle({ yes_bid: { open_dollars: 0.5 } }), liveCandle()] },
        { candlesticks: [liveCandle()] },
        { market_ticker: "C" },
        { market_ticker: "D", candlesticks: "none" },
        null,
        { market_ticker: "E", candlesticks: [null, liveCandle({ price: [] })] }
      ]
    })
    assert.strictEqual(items.length, 3)
    assert.deepInclude(items[0]?.yesBid, { open: undefined, close: undefined })
    assert.deepStrictEqual(items[0]?.yesAsk, items[1]?.yesAsk)
    assert.deepStrictEqual(items[2]?.yesBid, items[1]?.yesBid)
    assert.deepStrictEqual(
      problems.map(({ path }) => path),
      [
        "markets[0].candlesticks[0].yes_bid.open_dollars",
        "markets[1].market_ticker",
        "markets[2].candlesticks",
        "markets[3].candlesticks",
        "markets[4]",
        "markets[5].candlesticks[0]",
        "markets[5].candlesticks[1].price"
      ]
    )
  })

  it("but not in a body under another key", () => {
    for (const body of [{ market_candlesticks: [] }, [], null, "x"]) {
      assert.deepStrictEqual(
        read(JSON.stringify(body)).problems.map(({ path }) => path),
        ["body"]
      )
    }
  })

  it("but not with an end outside the years of the tables", () => {
    for (const end of [1.5, -1, "1795348800", 1_795_348_800_000, null, undefined]) {
      const result = candlesticks.decode({ candle: liveCandle({ end_period_ts: end }) }, "here")
      assert.isTrue(Either.isLeft(result) && result.left.path === "here.end_period_ts", String(end))
    }
  })
})
