/**
 * `trades`: every trade of the public tape, from the live tier and from the archive. A trade is identified by
 * its id, so one that is received again replaces its row. The tiers may send its time with different
 * precision: the most precise time is kept, and of different times the last. `trade_spans` and
 * `trade_markets` say in which quarters of an hour a market has traded, so that its trades are searched only
 * there. If a new time moves a trade to another quarter of an hour, the row of the old quarter stays.
 */

import { epochMicros } from "../../units/time.ts"
import { boolean, cell, cents, contracts } from "../cells.ts"
import type { FactTable, Projection } from "../projection.ts"
import * as wire from "./wire.ts"

/** Seconds of a span, which begins at a multiple of them. */
export const SPAN_SECONDS = 15 * 60

/** The span, by its first second, of a time in microseconds. */
export const spanOf = (micros: number): number => Math.floor(micros / 1_000_000 / SPAN_SECONDS) * SPAN_SECONDS

const spans: FactTable = { kind: "facts", name: "trade_spans", columns: ["span"], key: ["span"] }

const markets: FactTable = {
  kind: "facts",
  name: "trade_markets",
  columns: ["span", "market"],
  key: ["span", "market"]
}

const rows: FactTable = {
  kind: "facts",
  name: "trade_rows",
  columns: [
    "created",
    "trade_id",
    "market",
    "yes_price",
    "no_price",
    "count",
    "taker_side",
    "is_block_trade"
  ],
  key: ["trade_id"],
  order: ["created", "trade_id"],
  finest: "created"
}

const endpoints = new Set(["GET /markets/trades", "GET /historical/trades"])

export const trades: Projection = {
  name: "trades",
  version: 3,
  tables: [spans, markets, rows],
  reads: ({ endpoint }) => endpoints.has(endpoint),
  project: (reading) => {
    const { items, problems } = reading.items(wire.trades)
    const timed = items.map((trade) => ({ trade, created: epochMicros(trade.createdTime) }))
    const tradedIn = new Map<number, Set<string>>()
    for (const { created, trade } of timed) {
      const span = spanOf(created)
      const among = tradedIn.get(span)
      if (among === undefined) tradedIn.set(span, new Set([trade.ticker]))
      else among.add(trade.ticker)
    }
    return {
      rows: [
        { table: spans, rows: [...tradedIn.keys()].map((span) => [span]) },
        {
          table: markets,
          rows: [...tradedIn].flatMap(([span, tickers]) => [...tickers].map((ticker) => [span, ticker]))
        },
        {
          table: rows,
          rows: timed.map(({ created, trade }) => [
            created,
            trade.tradeId,
            trade.ticker,
            cents(trade.yesPrice),
            cents(trade.noPrice),
            contracts(trade.count),
            cell(trade.takerSide),
            boolean(trade.isBlockTrade)
          ])
        }
      ],
      problems
    }
  }
}
