import { assert, describe, it } from "@effect/vitest"
import type { LoggedObservation } from "../../../../src/domain/observation.ts"
import { candlesticks } from "../../../../src/domain/read/candlesticks/projection.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { observe } from "../observe.ts"
import { centsCandle, liveCandle, NOON, pastCandle } from "../wire/other-bodies.ts"
import { rowsIn } from "./rows.ts"

const BATCH = "/markets/candlesticks?end_ts=2&market_tickers=A%2CB&period_interval=60&start_ts=1"

const batch = (body: unknown, but: Partial<LoggedObservation> = {}) =>
  observe(body, { feed: "candlesticks", endpoint: "GET /markets/candlesticks", request: BATCH, ...but })

const rows = (observation: LoggedObservation) => rowsIn(candlesticks, "candle_rows", observation)

const row = {
  end_seconds: NOON,
  period_minutes: 60,
  market: "A",
  seq: 1,
  yes_bid_open: 1.1,
  yes_bid_low: 1.2,
  yes_bid_high: 1.3,
  yes_bid_close: 1.4001,
  yes_ask_open: 21,
  yes_ask_low: 22,
  yes_ask_high: 23,
  yes_ask_close: 24,
  price_open: 31,
  price_low: 32,
  price_high: 33,
  price_close: 34,
  price_mean: 35.48,
  price_previous: 36,
  volume: 7.25,
  open_interest: 8000.5
}

describe("a row of candlesticks", () => {
  it("is in cents and contracts, and keyed by the end of its period", () => {
    const observation = batch({ markets: [{ market_ticker: "A", candlesticks: [liveCandle()] }] })
    assert.deepStrictEqual(rows(observation), [row])
    assert.deepStrictEqual(rowsIn(candlesticks, "candle_ends", observation), [
      { period_minutes: 60, end_seconds: NOON, end_time: "2026-11-22T12:00:00.000000Z" }
    ])
    const later = { ...liveCandle(), end_period_ts: NOON + 3600 }
    assert.deepInclude(
      rowsIn(
        candlesticks,
        "candle_pages",
        batch({ markets: [{ market_ticker: "A", candlesticks: [liveCandle(), later] }] })
      )[0],
      { seq: 1, first: NOON, last: NOON + 3600 }
    )
  })

  it("has NULL for null and for an absent field, never 0", () => {
    const quiet = (candle: unknown) =>
      rows(batch({ markets: [{ market_ticker: "A", candlesticks: [candle] }] }))
    const nothing = { price_open: null, price_close: null, price_mean: null, price_previous: null }
    assert.deepInclude(quiet(liveCandle({ price: {}, volume_fp: "0.00" }))[0], { ...nothing, volume: 0 })
    const nulls = { open: null, close: null, mean: null, previous: null }
    assert.deepInclude(quiet(pastCandle({ price: nulls }))[0], nothing)
    assert.deepInclude(quiet(centsCandle({ price: nulls, volume: 0 }))[0], { ...nothing, volume: 0 })
  })
})

describe("candles of a single market", () => {
  const alone = (endpoint: string, request: string, body: unknown) => observe(body, { endpoint, request })
  const LIVE = "GET /series/{series_ticker}/markets/{ticker}/candlesticks"
  const PAST = "GET /historical/markets/{ticker}/candlesticks"

  it("take their ticker from the answer or else the request, and the length of the periods from the request", () => {
    const live = "/series/KX/markets/A/candlesticks?end_ts=2&period_interval=60&start_ts=1"
    const past = "/historical/markets/A/candlesticks?end_ts=2&period_interval=60&start_ts=1"
    assert.deepStrictEqual(rows(alone(LIVE, live, { candlesticks: [liveCandle()] })), [row])
    assert.deepStrictEqual(rows(alone(PAST, past, { candlesticks: [pastCandle()] })), [row])
    const named = alone(PAST, past.replace("=60", "=1440"), { ticker: "Ü", candlesticks: [pastCandle()] })
    assert.deepStrictEqual(rows(named), [{ ...row, market: "Ü", period_minutes: 1440 }])
    const odd = alone(LIVE, live.replace("/A/", "/K%2F%C3%9C/"), { candlesticks: [liveCandle()] })
    assert.strictEqual(rows(odd)[0]?.market, "K/Ü")
    const broken = alone(LIVE, live.replace("/A/", "/100%/"), { candlesticks: [liveCandle()] })
    assert.strictEqual(rows(broken)[0]?.market, "100%")
  })
})

describe("the projection of candlesticks", () => {
  const problemsOf = (observation: LoggedObservation) =>
    candlesticks.project(new Reading(observation)).problems.map(({ path }) => path)

  it("reports candles whose market or period is unknown", () => {
    const body = { markets: [{ market_ticker: "A", candlesticks: [liveCandle(), null] }] }
    assert.deepStrictEqual(problemsOf(batch(body)), ["markets[0].candlesticks[1]"])
    assert.deepStrictEqual(problemsOf(batch(body, { request: "/markets/candlesticks?period_interval=5" })), [
      "request"
    ])
    assert.deepStrictEqual(problemsOf(batch({ candlesticks: [liveCandle()] })), ["ticker"])
  })

  it("reads the three kinds of answer with candles, whichever feed asked", () => {
    const observation = batch({ markets: [] })
    const read = [
      "GET /markets/candlesticks",
      "GET /series/{series_ticker}/markets/{ticker}/candlesticks",
      "GET /historical/markets/{ticker}/candlesticks",
      "GET /series/{series_ticker}/events/{event_ticker}/candlesticks",
      "GET /markets"
    ].filter((endpoint) => candlesticks.reads({ ...observation, endpoint, feed: "backfill" }))
    assert.strictEqual(read.length, 3)
  })
})
