/**
 * The whole simulated exchange as a pure function of seed, number of markets and time, without a clock or
 * state. The server answers from it, and tests compare recordings with it.
 */

import { candleJson } from "../wire/candle-json.ts"
import { draftAt } from "../wire/market-json.ts"
import { tradeJson } from "../wire/trade-json.ts"
import {
  type BookJson,
  type CandleJson,
  type MarketJson,
  type MarketResult,
  type TradeJson,
  withoutAbsent
} from "../wire/wire.ts"
import type { Bias } from "./bias.ts"
import { bookJson, EMPTY } from "./books.ts"
import { candlesOf, type Period } from "./candles.ts"
import { DAY, SECOND, usOfMs } from "./instant.ts"
import { generationAt, layLanes, type Series } from "./lanes.ts"
import { eventOf, type MarketStory } from "./life.ts"
import { findMarket, indexed, settledIn } from "./lookup.ts"
import { statusAt } from "./market-state.ts"
import { tradesOf } from "./tape.ts"
import { dollars } from "./ticks.ts"
import { archiveFromUs, cutoffUs, liveFromUs } from "./tiers.ts"

export interface Settled {
  readonly ticker: string
  readonly eventTicker: string
  readonly combo: boolean
  /** The settlement time in milliseconds since 1970, UTC. The wire's `settlement_ts` has microseconds. */
  readonly settledAtMs: number
  readonly result: MarketResult
  /** The payout of one YES contract, as the wire writes it. */
  readonly valueDollars: string
}

export interface Universe {
  readonly series: ReadonlyArray<Series>
  /** Returns every market with status `active`, combos included (`combo` marks them). */
  readonly openAt: (ms: number) => ReadonlyArray<MarketStory>
  /** Returns the market's object as `/markets/{ticker}` shows it, or undefined before its creation. */
  readonly marketAt: (ticker: string, ms: number) => MarketJson | undefined
  /**
   * Returns the same for `/historical/markets/{ticker}`, or undefined if the archive does not hold the market
   * at that time.
   */
  readonly archivedAt: (ticker: string, ms: number) => MarketJson | undefined
  /** Returns the markets finalized at or after `fromMs` and before `toMs`, in order of settlement. */
  readonly settledBetween: (fromMs: number, toMs: number) => ReadonlyArray<Settled>
  /** Returns the whole book; both sides are empty for a market that is not open or not known. */
  readonly bookAt: (ticker: string, ms: number) => BookJson
  /**
   * Returns all trades created at or after `fromMs` and before `toMs`, oldest first, those of combos
   * included.
   */
  readonly tradesBetween: (fromMs: number, toMs: number) => ReadonlyArray<TradeJson>
  /**
   * Returns the market's candles whose periods end from `fromS` to `toS` (Unix seconds, both included), as
   * the live tier shows them.
   */
  readonly candlesOf: (
    ticker: string,
    fromS: number,
    toS: number,
    period: Period
  ) => ReadonlyArray<CandleJson>
  /**
   * Returns the boundary of the tiers, which moves at midnight UTC: markets settled and trades created before
   * it are in the archive. For some minutes behind it the live tier still answers; it does not list older
   * markets, and answers 404.
   */
  readonly cutoffAt: (ms: number) => number
  /** Returns the oldest settlement in the archive, where its tape of all markets ends too. */
  readonly archiveFromAt: (ms: number) => number
}

export const makeUniverse = (seed: number, markets: number, bias?: Bias): Universe => {
  const series = layLanes(seed, markets, bias)
  const byTicker = indexed(series)
  const lanes = series.flatMap((one) => one.lanes)

  const openAt = (ms: number): ReadonlyArray<MarketStory> => {
    const at = usOfMs(ms)
    const open: Array<MarketStory> = []
    for (const { lanes } of series) {
      for (const lane of lanes) {
        const now = generationAt(lane, at)
        // A close that was put off lies at most a day into the generations after it.
        for (let g = now; g >= now - Math.ceil(DAY / lane.period); g--) {
          for (const market of eventOf(lane, g).markets)
            if (statusAt(market, at) === "active") open.push(market)
        }
      }
    }
    return open
  }

  const jsonOf = (market: MarketStory, ms: number): MarketJson =>
    withoutAbsent<MarketJson>(draftAt(market, usOfMs(ms)))

  const marketAt = (ticker: string, ms: number): MarketJson | undefined => {
    const market = findMarket(byTicker, ticker, liveFromUs(usOfMs(ms)), usOfMs(ms))
    return market === undefined ? undefined : jsonOf(market, ms)
  }

  const archivedAt = (ticker: string, ms: number): MarketJson | undefined => {
    const at = usOfMs(ms)
    const market = findMarket(byTicker, ticker, archiveFromUs(at), at)
    if (market === undefined || market.finalizedUs < archiveFromUs(at)) return undefined
    return market.finalizedUs < cutoffUs(at) ? jsonOf(market, ms) : undefined
  }

  const settledBetween = (fromMs: number, toMs: number): ReadonlyArray<Settled> =>
    settledIn(lanes, usOfMs(fromMs), usOfMs(toMs)).map((market) => ({
      ticker: market.ticker,
      eventTicker: market.event.ticker,
      combo: market.combo,
      settledAtMs: market.finalizedUs / 1000,
      result: market.outcome.result,
      valueDollars: dollars(market.outcome.value)
    }))

  const bookAt = (ticker: string, ms: number): BookJson => {
    const market = findMarket(byTicker, ticker, usOfMs(ms), usOfMs(ms))
    return market === undefined ? EMPTY : bookJson(market, usOfMs(ms), 0)
  }

  const candles = (ticker: string, fromS: number, toS: number, period: Period): ReadonlyArray<CandleJson> => {
    const market = findMarket(byTicker, ticker, fromS * SECOND, toS * SECOND)
    return market === undefined ? [] : candlesOf(market, fromS, toS, period).map(candleJson)
  }

  return {
    series,
    openAt,
    marketAt,
    archivedAt,
    settledBetween,
    bookAt,
    tradesBetween: (fromMs, toMs) => tradesOf(lanes, usOfMs(fromMs) - 1, usOfMs(toMs) - 1).map(tradeJson),
    candlesOf: candles,
    cutoffAt: (ms) => cutoffUs(usOfMs(ms)) / 1000,
    archiveFromAt: (ms) => archiveFromUs(usOfMs(ms)) / 1000
  }
}
