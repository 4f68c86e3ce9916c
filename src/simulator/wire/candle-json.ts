/**
 * Candlesticks as the live tier and as the historical tier write them, which use different keys for the same
 * values.
 */
import type { Candle, Range } from "../universe/candles.ts"
import { contracts, dollars, type Price } from "../universe/ticks.ts"
import type { CandleJson, PastCandleJson, PastRangeJson, RangeJson } from "./wire.ts"

const rangeJson = (range: Range): RangeJson => ({
  close_dollars: dollars(range.close),
  high_dollars: dollars(range.high),
  low_dollars: dollars(range.low),
  open_dollars: dollars(range.open)
})

/** Writes a candle of the live tier. Without a trade the price keys are absent. */
export const candleJson = ({ price, previous, ...candle }: Candle): CandleJson => ({
  end_period_ts: candle.endS,
  open_interest_fp: contracts(candle.openInterest),
  price: {
    ...(price === undefined ? {} : { ...rangeJson(price), mean_dollars: dollars(price.mean) }),
    ...(previous === undefined ? {} : { previous_dollars: dollars(previous) })
  },
  volume_fp: contracts(candle.volume),
  yes_ask: rangeJson(candle.ask),
  yes_bid: rangeJson(candle.bid)
})

const pastRangeJson = (range: Range): PastRangeJson => ({
  close: dollars(range.close),
  high: dollars(range.high),
  low: dollars(range.low),
  open: dollars(range.open)
})

const UNTRADED = { close: null, high: null, low: null, open: null }

const orNull = (price: Price | undefined): string | null => (price === undefined ? null : dollars(price))

/** Writes a candle of the historical tier. Without a trade the price keys are null. */
export const pastCandleJson = (candle: Candle): PastCandleJson => ({
  end_period_ts: candle.endS,
  open_interest: contracts(candle.openInterest),
  price: {
    ...(candle.price === undefined ? UNTRADED : pastRangeJson(candle.price)),
    mean: orNull(candle.price?.mean),
    previous: orNull(candle.previous)
  },
  volume: contracts(candle.volume),
  yes_ask: pastRangeJson(candle.ask),
  yes_bid: pastRangeJson(candle.bid)
})
