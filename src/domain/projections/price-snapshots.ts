/**
 * `price_snapshots`: the quote of every open market in every slot, from the listing of the `markets` feed
 * and from nothing else. Market objects that do not decode are reported by the `markets` projection.
 */
import { cents, contracts } from "../cells.ts"
import { MARKETS_FEED } from "../feeds/markets.ts"
import type { FactTable, Projection } from "../projection.ts"
import { slotText } from "../time.ts"
import * as wire from "../wire/market/market.ts"

const slots: FactTable = {
  kind: "facts",
  name: "price_slots",
  columns: ["slot", "snapshot_time"],
  key: ["slot"]
}

const pages: FactTable = { kind: "facts", name: "price_pages", columns: ["seq", "observed_at"], key: ["seq"] }

const rows: FactTable = {
  kind: "facts",
  name: "price_rows",
  columns: [
    "slot",
    "market",
    "seq",
    "yes_bid",
    "yes_ask",
    "no_bid",
    "no_ask",
    "last_price",
    "volume",
    "volume_24h",
    "open_interest",
    "liquidity",
    "yes_bid_size",
    "yes_ask_size"
  ],
  key: ["slot", "market"]
}

export const priceSnapshots: Projection = {
  name: "price_snapshots",
  version: 1,
  tables: [slots, pages, rows],
  reads: ({ endpoint, feed }) => feed === MARKETS_FEED && endpoint === "GET /markets",
  project: (reading) => {
    const { observedAt, seq, slot } = reading.observation
    const { items } = reading.items(wire.markets)
    return {
      rows:
        items.length === 0
          ? []
          : [
              { table: slots, rows: [[slot, slotText(slot)]] },
              { table: pages, rows: [[seq, observedAt]] },
              {
                table: rows,
                rows: items.map(({ quote, ticker }) => [
                  slot,
                  ticker,
                  seq,
                  cents(quote.yesBid),
                  cents(quote.yesAsk),
                  cents(quote.noBid),
                  cents(quote.noAsk),
                  cents(quote.lastPrice),
                  contracts(quote.volume),
                  contracts(quote.volume24h),
                  contracts(quote.openInterest),
                  cents(quote.liquidity),
                  contracts(quote.yesBidSize),
                  contracts(quote.yesAskSize)
                ])
              }
            ],
      problems: []
    }
  }
}
