/** Candles as the live tier shows them, and as the historical one does: other keys for the same things. */
import type { Candle, Range } from "../universe/candles.ts"
import { contracts, dollars, type Price } from "../universe/ticks.ts"
import type { CandleJson, PastCandleJson, PastRangeJson, RangeJson } from "./wire.ts"

const rangeJson = (range: Range): RangeJson => ({
  close_dollars: dollars(range.close),
  high_dollars: dollars(range.high),
  low_dollars: dollars(range.low),
  open_dollars: dollars(range.open)
})

/** Without a trade the keys are not there. */
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

/** Without a trade the keys are null. */
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
