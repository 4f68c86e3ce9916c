/**
 * `candlesticks`: what each market's quote and trades did in a period. The key leads with the end of the
 * period, so that a walk appends to the end of the tree; a market's history loops over the ends of its period
 * instead.
 */
import { isoMicros } from "../../units/time.ts"
import { cents, contracts, integer, market, required, time } from "../column.ts"
import { pageTable, seq } from "../slots.ts"
import { factTable } from "../table.ts"
import { alwaysShownAs, shownOf, ticker, view } from "../view.ts"
import type { Candlestick } from "./candlestick.ts"

/** The end of a period, in seconds since the epoch. */
export interface PeriodEnd {
  readonly periodMinutes: number
  readonly endSeconds: number
}

/** A candle with the market and the period that it belongs to. */
export interface OwnedCandle extends PeriodEnd {
  readonly ticker: string
  readonly candle: Candlestick
}

export const candleEnds = factTable<PeriodEnd>()({
  name: "candle_ends",
  columns: {
    period_minutes: required(integer(({ periodMinutes }) => periodMinutes)),
    end_seconds: required(integer(({ endSeconds }) => endSeconds)),
    end_time: required(time(({ endSeconds }) => isoMicros(endSeconds * 1_000_000)))
  },
  key: ["period_minutes", "end_seconds"],
  indexes: ["candle_ends_by_time ON candle_ends (end_time)"]
})

/** The ranges are those of `end_seconds`. */
export const candlePages = pageTable("candle_pages")

export const candleRows = factTable<OwnedCandle>()({
  name: "candle_rows",
  columns: {
    end_seconds: required(integer(({ endSeconds }) => endSeconds)),
    period_minutes: required(integer(({ periodMinutes }) => periodMinutes)),
    market: required(market(({ ticker }) => ticker)),
    seq,
    yes_bid_open: cents(({ candle }) => candle.yesBid.open),
    yes_bid_low: cents(({ candle }) => candle.yesBid.low),
    yes_bid_high: cents(({ candle }) => candle.yesBid.high),
    yes_bid_close: cents(({ candle }) => candle.yesBid.close),
    yes_ask_open: cents(({ candle }) => candle.yesAsk.open),
    yes_ask_low: cents(({ candle }) => candle.yesAsk.low),
    yes_ask_high: cents(({ candle }) => candle.yesAsk.high),
    yes_ask_close: cents(({ candle }) => candle.yesAsk.close),
    /** Prices of trades are NULL if there was none; `price_previous` is the last one before the period. */
    price_open: cents(({ candle }) => candle.price.open),
    price_low: cents(({ candle }) => candle.price.low),
    price_high: cents(({ candle }) => candle.price.high),
    price_close: cents(({ candle }) => candle.price.close),
    price_mean: cents(({ candle }) => candle.price.mean),
    price_previous: cents(({ candle }) => candle.price.previous),
    volume: contracts(({ candle }) => candle.volume),
    open_interest: contracts(({ candle }) => candle.openInterest)
  },
  key: ["end_seconds", "period_minutes", "market"]
})

export const candlesticks = view({
  name: "candlesticks",
  about: "what each market's quote and trades did in a period; prices in cents, counts in contracts",
  key: ["ticker", "period_minutes", "end_time"],
  columns: {
    ticker,
    period_minutes: alwaysShownAs("integer", "t.period_minutes"),
    /** A day ends at midnight in New York. */
    end_time: alwaysShownAs("time", "t.end_time"),
    ...shownOf(candleRows, "c", ["end_seconds", "period_minutes", "market", "seq"])
  },
  from: `FROM candle_ends t
    JOIN candle_rows c ON c.end_seconds = t.end_seconds AND c.period_minutes = t.period_minutes
    JOIN market_numbers n ON n.market = c.market`
})
