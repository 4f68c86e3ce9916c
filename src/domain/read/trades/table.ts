/**
 * `trades`: every trade of the public tape, from the live tier and from the historical tier.
 *
 * Rows are stored by their time, in microseconds since 1970, so that trades append. There is no index by
 * market: over 1,000,000 trades of 60,000 markets it took inserting from 232,000 rows/s to 21,000, falling,
 * and a trade from 138 bytes to 197. Without one, SQLite reads 10 million trades a second, and `trade_markets`
 * says which quarters of an hour (80,000 trades, 8 ms) have trades of a market.
 *
 * The id identifies a trade, because the exchange may send its time differently later. Ids are random, which
 * makes their index expensive: over 1,000,000 trades it slowed inserting from 165,000 rows/s to 33,000, and
 * enlarged a trade from 73 bytes to 129.
 */
import { epochMicros } from "../../units/time.ts"
import { cents, contracts, flag, integer, market, required, text } from "../column.ts"
import { pageTable, seq } from "../slots.ts"
import { factTable } from "../table.ts"
import { alwaysShownAs, shownOf, ticker, view } from "../view.ts"
import type { Trade } from "./trade.ts"

/** The length of a span in seconds. A span begins at a multiple of it. */
export const SPAN_SECONDS = 15 * 60

/** Returns the span of a time in microseconds, by its first second. */
export const spanOf = (micros: number): number => Math.floor(micros / 1_000_000 / SPAN_SECONDS) * SPAN_SECONDS

/** A market that traded in a span. */
export interface TradedMarket {
  readonly span: number
  readonly ticker: string
}

export const tradeSpans = factTable<number>()({
  name: "trade_spans",
  columns: { span: required(integer((span) => span)) },
  key: ["span"]
})

export const tradeMarkets = factTable<TradedMarket>()({
  name: "trade_markets",
  columns: {
    span: required(integer(({ span }) => span)),
    market: required(market(({ ticker }) => ticker))
  },
  key: ["span", "market"]
})

/** The ranges are those of `created`, in microseconds since 1970. */
export const tradePages = pageTable("trade_pages")

export const tradeRows = factTable<Trade>()({
  name: "trade_rows",
  columns: {
    created: required(integer(({ createdTime }) => epochMicros(createdTime))),
    trade_id: required(
      text(({ tradeId }) => tradeId),
      "UNIQUE"
    ),
    market: required(market(({ ticker }) => ticker)),
    seq,
    yes_price: required(cents(({ yesPrice }) => yesPrice)),
    no_price: cents(({ noPrice }) => noPrice),
    count: required(contracts(({ count }) => count)),
    /** The side that the taker bought, `yes` or `no`; an open set. */
    taker_side: text(({ takerSide }) => takerSide),
    /** NULL before 2026-05-29, when the exchange began to send it. */
    is_block_trade: flag(({ isBlockTrade }) => isBlockTrade)
  },
  key: ["trade_id"],
  order: ["created", "trade_id"],
  finest: "created"
})

const { trade_id, ...stored } = shownOf(tradeRows, "t", ["created", "market", "seq"])

export const trades = view({
  name: "trades",
  about: "every trade; prices in cents, counts in contracts",
  key: ["created_time", "trade_id"],
  columns: {
    trade_id,
    ticker,
    created_time: alwaysShownAs(
      "time",
      `strftime('%Y-%m-%dT%H:%M:%S', t.created / 1000000, 'unixepoch')
        || printf('.%06dZ', t.created % 1000000)`
    ),
    ...stored
  },
  from: "FROM trade_rows t JOIN market_numbers n ON n.market = t.market"
})
