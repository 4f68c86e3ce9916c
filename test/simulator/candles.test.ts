import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { CandleJson, TradeJson } from "../../src/simulator/wire/wire.ts"
import { exchange, get, json, NOON, tickers } from "./support.ts"

const HOUR = 3_600_000
const SECONDS = NOON / 1000
const DAY_S = 86_400

interface Batch {
  readonly markets: ReadonlyArray<{
    readonly market_ticker: string
    readonly candlesticks: ReadonlyArray<CandleJson>
  }>
}

interface Single {
  readonly ticker: string
  readonly candlesticks: ReadonlyArray<CandleJson>
}

const hundredths = (count: string) => Math.round(Number(count) * 100)

const seriesOf = (ticker: string) => ticker.slice(0, ticker.indexOf("-"))

describe("candles", () => {
  it.scopedLive("agree with the trades of each period", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const trades = x.universe.tradesBetween(NOON - 3 * HOUR, NOON)
      const byTicker = new Map<string, Array<TradeJson>>()
      for (const trade of trades) byTicker.set(trade.ticker, [...(byTicker.get(trade.ticker) ?? []), trade])
      for (const period of [1, 60] as const) {
        for (const [ticker, all] of [...byTicker].filter((_, n) => n % 5 === 0)) {
          const candles = x.universe.candlesOf(ticker, SECONDS - 2 * 3600, SECONDS, period)
          for (const [n, candle] of candles.entries()) {
            const [from, to] = [(candle.end_period_ts - period * 60) * 1000, candle.end_period_ts * 1000]
            const own = all.filter((trade) => {
              const ms = Date.parse(trade.created_time)
              return ms >= from && ms < to
            })
            const prices = own.map((trade) => trade.yes_price_dollars)
            const volume = own.reduce((sum, trade) => sum + hundredths(trade.count_fp), 0)
            assert.strictEqual(hundredths(candle.volume_fp), volume, `${ticker} ${candle.end_period_ts}`)
            if (own.length === 0) {
              assert.doesNotHaveAnyKeys(candle.price, ["open_dollars", "close_dollars", "mean_dollars"])
            } else {
              const { close_dollars, high_dollars, low_dollars, open_dollars } = candle.price
              assert.deepStrictEqual(
                [open_dollars, close_dollars, low_dollars, high_dollars],
                [prices[0], prices.at(-1), [...prices].sort()[0], [...prices].sort().at(-1)]
              )
              const mean = Number(candle.price.mean_dollars)
              assert.isTrue(mean >= Number(low_dollars) && mean <= Number(high_dollars))
            }
            const before = candles.slice(0, n).findLast((one) => one.price.close_dollars !== undefined)
            if (before !== undefined)
              assert.strictEqual(candle.price.previous_dollars, before.price.close_dollars)
          }
        }
      }
    })
  )

  it.scopedLive("begin and end with the market's life, and agree with its quotes", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 1000 })
      const open = x.universe.openAt(NOON - 20 * HOUR).filter((market) => market.closeUs < NOON * 1000)
      assert.isAbove(open.length, 50)
      for (const market of open.slice(0, 120)) {
        const [openS, closeS] = [market.openUs / 1e6, market.closeUs / 1e6]
        const candles = x.universe.candlesOf(market.ticker, openS - DAY_S, SECONDS, 60)
        const ends = candles.map((candle) => candle.end_period_ts)
        assert.isTrue(
          ends.every((end) => end > openS && end < closeS + 3600),
          market.ticker
        )
        assert.isTrue(ends.every((end, n) => n === 0 || end === (ends[n - 1] ?? 0) + 3600))
        for (const candle of candles.filter((one) => one.end_period_ts < closeS)) {
          const quote = x.universe.marketAt(market.ticker, candle.end_period_ts * 1000)
          // A paused market also shows its quote; nothing else hides the quote while the market trades.
          assert.strictEqual(candle.yes_bid.close_dollars, quote?.yes_bid_dollars, market.ticker)
          assert.strictEqual(candle.yes_ask.close_dollars, quote?.yes_ask_dollars, market.ticker)
          assert.isTrue(candle.yes_bid.low_dollars <= candle.yes_bid.high_dollars)
        }
        const minutes = x.universe.candlesOf(market.ticker, openS - DAY_S, SECONDS, 1)
        const total = (of: ReadonlyArray<CandleJson>) =>
          of.reduce((sum, candle) => sum + hundredths(candle.volume_fp), 0)
        assert.strictEqual(total(minutes), total(candles), market.ticker)
        assert.strictEqual(minutes.at(-1)?.open_interest_fp, candles.at(-1)?.open_interest_fp)
      }
    })
  )

  it.scopedLive("of a day end at midnight in New York, before and after the clock change", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 2000, startsAt: Date.UTC(2026, 10, 5, 12) })
      const at = Date.UTC(2026, 10, 5, 12)
      const long = x.universe.openAt(at).find((market) => market.openUs < (at / 1000 - 10 * DAY_S) * 1e6)
      const candles = x.universe.candlesOf(long?.ticker ?? "", at / 1000 - 8 * DAY_S, at / 1000, 1440)
      // Daylight saving time ended on 1 November.
      assert.deepStrictEqual(
        candles.map((candle) => new Date(candle.end_period_ts * 1000).toISOString().slice(5, 16)),
        [
          "10-29T04:00",
          "10-30T04:00",
          "10-31T04:00",
          "11-01T04:00",
          "11-02T05:00",
          "11-03T05:00",
          "11-04T05:00",
          "11-05T05:00"
        ]
      )
    })
  )

  it.scopedLive("come for one market or for a hundred, and only for periods that are over", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ startsAt: NOON + 30_000 })
      const names = tickers(x.universe.openAt(NOON)).slice(0, 100)
      const window = `start_ts=${SECONDS - 5400}&end_ts=${SECONDS + 3600}&period_interval=60`
      const batch = yield* json<Batch>(x, `/markets/candlesticks?market_tickers=${names.join(",")}&${window}`)
      assert.deepStrictEqual(
        batch.markets.map((market) => market.market_ticker),
        names
      )
      for (const { candlesticks, market_ticker } of batch.markets) {
        assert.deepStrictEqual(
          candlesticks,
          x.universe.candlesOf(market_ticker, SECONDS - 5400, SECONDS + 30, 60)
        )
      }
      const ticker = names[7] ?? ""
      const alone = yield* json<Single>(
        x,
        `/series/${seriesOf(ticker)}/markets/${ticker}/candlesticks?${window}`
      )
      assert.strictEqual(alone.ticker, ticker)
      assert.deepStrictEqual(alone.candlesticks, batch.markets[7]?.candlesticks)
      for (const path of [
        `/series/KXNONE/markets/${ticker}`,
        `/series/${seriesOf(ticker)}/markets/KXNONE-1`
      ]) {
        assert.strictEqual((yield* get(x, `${path}/candlesticks?${window}`)).status, 404)
      }
    })
  )

  it.scopedLive("are refused beyond a hundred tickers, ten thousand candles, or in other periods", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const names = tickers(x.universe.openAt(NOON))
      const refused = (query: string) =>
        Effect.map(get(x, `/markets/candlesticks?${query}`), (got) => {
          assert.strictEqual(got.status, 400, query.slice(-90))
          assert.deepInclude(JSON.parse(got.text).error, { code: "bad_request" })
        })
      const hour = `start_ts=${SECONDS - 3600}&end_ts=${SECONDS}`
      yield* refused(`market_tickers=${names.slice(0, 101).join(",")}&${hour}&period_interval=60`)
      yield* refused(`${hour}&period_interval=60`)
      yield* refused(`market_tickers=${names[0]}&${hour}&period_interval=5`)
      yield* refused(`market_tickers=${names[0]}&${hour}`)
      yield* refused(`market_tickers=${names[0]}&end_ts=${SECONDS}&period_interval=1`)
      yield* refused(`market_tickers=${names[0]}&start_ts=${SECONDS}&end_ts=${SECONDS - 1}&period_interval=1`)
      const many = `market_tickers=${names.slice(0, 10).join(",")}&end_ts=${SECONDS}&period_interval=1`
      yield* refused(`${many}&start_ts=${SECONDS - 1001 * 60}`)
      assert.strictEqual(
        (yield* get(x, `/markets/candlesticks?${many}&start_ts=${SECONDS - 1000 * 60}`)).status,
        200
      )
    })
  )

  it.scopedLive(
    "are refused beyond five thousand of one market, in either tier, as counted from the request",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange()
        const [open] = x.universe.openAt(NOON)
        const archived = yield* json<{ readonly markets: ReadonlyArray<{ readonly ticker: string }> }>(
          x,
          "/historical/markets?limit=1"
        )
        const tiers = [
          `/series/${open?.event.lane.series.ticker}/markets/${open?.ticker}/candlesticks`,
          `/historical/markets/${archived.markets[0]?.ticker}/candlesticks`
        ]
        for (const path of tiers) {
          for (const period of [1, 60, 1440]) {
            const asked = (seconds: number) =>
              get(x, `${path}?start_ts=${SECONDS - seconds}&end_ts=${SECONDS}&period_interval=${period}`)
            assert.strictEqual((yield* asked(5000 * 60 * period)).status, 200, path)
            const refused = yield* asked(5000 * 60 * period + 1)
            assert.strictEqual(refused.status, 400, path)
            assert.match(
              JSON.parse(refused.text).error.details,
              /^requested time range with candlesticks: 5000\.0\d{5}, max candlesticks: 5000$/
            )
          }
        }
      })
  )
})
