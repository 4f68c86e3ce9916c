/**
 * A trade is identified by its id, so one that is received again replaces its row. The tiers may send its time
 * with different precision: the most precise time is kept, and of different times the last. `trade_spans` and
 * `trade_markets` tell in which quarters of an hour a market has traded, so that its trades are searched only
 * there. If a new time moves a trade to another quarter of an hour, the row of the old quarter remains.
 */

import { epochMicros } from "../../units/time.ts"
import { facts, type Projection } from "../projection.ts"
import { rangeOf } from "../slots.ts"
import { spanOf, tradeMarkets, tradePages, tradeRows, tradeSpans } from "./table.ts"
import * as wire from "./wire.ts"

export const tradeEndpoints = ["GET /markets/trades", "GET /historical/trades"]

export const trades: Projection = {
  name: "trades",
  version: 4,
  tables: [tradeSpans, tradeMarkets, tradePages, tradeRows],
  reads: ({ endpoint }) => tradeEndpoints.includes(endpoint),
  project: (reading) => {
    const { observation } = reading
    const { items, problems } = reading.items(wire.trades)
    const tickersOf = new Map<number, Set<string>>()
    for (const { createdTime, ticker } of items) {
      const span = spanOf(epochMicros(createdTime))
      const tickers = tickersOf.get(span)
      if (tickers === undefined) tickersOf.set(span, new Set([ticker]))
      else tickers.add(ticker)
    }
    const traded = [...tickersOf].flatMap(([span, tickers]) =>
      [...tickers].map((ticker) => ({ span, ticker }))
    )
    return {
      rows:
        items.length === 0
          ? []
          : [
              facts(tradeSpans, [...tickersOf.keys()], observation),
              facts(tradeMarkets, traded, observation),
              facts(
                tradePages,
                [rangeOf(items.map(({ createdTime }) => epochMicros(createdTime)))],
                observation
              ),
              facts(tradeRows, items, observation)
            ],
      problems
    }
  }
}
