/**
 * `price_snapshots`: the quote of every open market in every slot.
 *
 * The key leads with the slot, so that a slot appends to the end of the tree; an index led by the market
 * would touch one page of the file for each market and slot. A market's history loops over the slots instead.
 */
import { cents, contracts, market, required } from "../column.ts"
import type { Market } from "../markets/market.ts"
import { pageTable, seq, slotId, slotTable } from "../slots.ts"
import { factTable } from "../table.ts"
import { alwaysShownAs, shownAs, shownOf, ticker, view } from "../view.ts"

export const priceSlots = slotTable("price_slots")

export const pricePages = pageTable("price_pages")

export const priceRows = factTable<Market>()({
  name: "price_rows",
  columns: {
    slot: slotId,
    market: required(market(({ ticker }) => ticker)),
    seq,
    yes_bid: cents(({ quote }) => quote.yesBid),
    yes_ask: cents(({ quote }) => quote.yesAsk),
    no_bid: cents(({ quote }) => quote.noBid),
    no_ask: cents(({ quote }) => quote.noAsk),
    last_price: cents(({ quote }) => quote.lastPrice),
    volume: contracts(({ quote }) => quote.volume),
    volume_24h: contracts(({ quote }) => quote.volume24h),
    open_interest: contracts(({ quote }) => quote.openInterest),
    /** NULL where the exchange no longer sends it. */
    liquidity: cents(({ quote }) => quote.liquidity),
    yes_bid_size: contracts(({ quote }) => quote.yesBidSize),
    yes_ask_size: contracts(({ quote }) => quote.yesAskSize)
  },
  key: ["slot", "market"]
})

/** The midpoint and the spread are taken in whole ten-thousandths of a cent: (6.9 + 7.2) / 2 must be 7.05. */
export const priceSnapshots = view({
  name: "price_snapshots",
  about: "the quote of every open market in every slot; prices in cents, counts in contracts",
  key: ["snapshot_time", "ticker"],
  columns: {
    ticker,
    snapshot_time: alwaysShownAs("slot", "t.snapshot_time"),
    ...shownOf(priceRows, "p", ["slot", "market", "seq"]),
    midpoint: shownAs(
      "cents",
      `CASE WHEN p.yes_bid > 0 AND p.yes_ask < 100
        THEN (round(p.yes_bid * 10000) + round(p.yes_ask * 10000)) / 20000 END`
    ),
    spread: shownAs(
      "cents",
      `CASE WHEN p.yes_bid > 0 AND p.yes_ask < 100
        THEN (round(p.yes_ask * 10000) - round(p.yes_bid * 10000)) / 10000 END`
    ),
    observed_at: alwaysShownAs("time", "o.observed_at")
  },
  from: `FROM price_slots t
    JOIN price_rows p ON p.slot = t.slot
    JOIN market_numbers n ON n.market = p.market
    JOIN price_pages o ON o.seq = p.seq`
})
