/**
 * The tables that users see: their columns, what a value means, and the order in which rows stand when
 * they are compared, exported or paged. The migrations hold the SQL of the same tables; a test holds the
 * two against each other.
 */

import { candlesticks } from "./candlesticks/table.ts"
import { exchangeSchedule, exchangeStatus } from "./exchange/table.ts"
import { backfills, historicalCutoff } from "./records/backfills.ts"
import { clockJumps } from "./records/clock-jumps.ts"
import { series } from "./series/table.ts"
import type { PublicTable } from "./table.ts"

export { candlesticks } from "./candlesticks/table.ts"
export { exchangeSchedule, exchangeStatus } from "./exchange/table.ts"
export { series } from "./series/table.ts"
export type { ColumnKind, PublicTable } from "./table.ts"

export const markets: PublicTable = {
  name: "markets",
  about: "each market's words and terms, as last described",
  columns: {
    ticker: "text",
    event_ticker: "text",
    series_ticker: "text",
    category: "text",
    market_type: "text",
    title: "text",
    subtitle: "text",
    yes_sub_title: "text",
    no_sub_title: "text",
    status: "text",
    result: "text",
    settlement_value: "cents",
    settlement_ts: "time",
    created_time: "time",
    updated_time: "time",
    open_time: "time",
    close_time: "time",
    expiration_time: "time",
    latest_expiration_time: "time",
    expected_expiration_time: "time",
    occurrence_datetime: "time",
    settlement_timer_seconds: "integer",
    expiration_value: "text",
    can_close_early: "flag",
    early_close_condition: "text",
    strike_type: "text",
    floor_strike: "real",
    cap_strike: "real",
    custom_strike: "text",
    price_level_structure: "text",
    price_ranges: "text",
    mve_collection_ticker: "text",
    settlement_bounds_type: "text",
    settlement_floor: "cents",
    is_provisional: "flag",
    exchange_index: "integer",
    rules_primary: "text",
    rules_secondary: "text",
    observed_at: "time",
    not_found_at: "time"
  },
  key: ["ticker"],
  origin: "projected"
}

export const events: PublicTable = {
  name: "events",
  about: "the questions that markets answer, as last described",
  columns: {
    event_ticker: "text",
    series_ticker: "text",
    title: "text",
    sub_title: "text",
    category: "text",
    mutually_exclusive: "flag",
    collateral_return_type: "text",
    strike_date: "time",
    strike_period: "text",
    last_updated_ts: "time",
    exchange_index: "integer",
    observed_at: "time"
  },
  key: ["event_ticker"],
  origin: "projected"
}

export const priceSnapshots: PublicTable = {
  name: "price_snapshots",
  about: "the quote of every open market in every slot; prices in cents, counts in contracts",
  columns: {
    ticker: "text",
    snapshot_time: "slot",
    yes_bid: "cents",
    yes_ask: "cents",
    no_bid: "cents",
    no_ask: "cents",
    last_price: "cents",
    volume: "contracts",
    volume_24h: "contracts",
    open_interest: "contracts",
    liquidity: "cents",
    yes_bid_size: "contracts",
    yes_ask_size: "contracts",
    midpoint: "cents",
    spread: "cents",
    observed_at: "time"
  },
  key: ["snapshot_time", "ticker"],
  origin: "projected"
}

export const comboLegs: PublicTable = {
  name: "combo_legs",
  about: "the outcomes that each combo combines, in the exchange's order",
  columns: {
    ticker: "text",
    leg: "integer",
    leg_event_ticker: "text",
    leg_ticker: "text",
    side: "text",
    yes_settlement_value: "cents"
  },
  key: ["ticker", "leg"],
  origin: "projected"
}

export const settlements: PublicTable = {
  name: "settlements",
  about: "what every finalized market paid, in cents a contract",
  columns: {
    ticker: "text",
    event_ticker: "text",
    settled_at: "time",
    result: "text",
    final_yes_price: "cents",
    final_no_price: "cents",
    yes_payout: "cents",
    no_payout: "cents"
  },
  key: ["ticker"],
  origin: "projected"
}

export const orderbookSnapshots: PublicTable = {
  name: "orderbook_snapshots",
  about: "every bid of each order book in every slot; prices in cents, sizes in contracts",
  columns: {
    ticker: "text",
    snapshot_time: "slot",
    side: "text",
    price: "cents",
    size: "contracts",
    observed_at: "time"
  },
  key: ["snapshot_time", "ticker", "side", "price"],
  origin: "projected"
}

export const trades: PublicTable = {
  name: "trades",
  about: "every trade; prices in cents, counts in contracts",
  columns: {
    trade_id: "text",
    ticker: "text",
    created_time: "time",
    yes_price: "cents",
    no_price: "cents",
    count: "contracts",
    taker_side: "text",
    is_block_trade: "flag"
  },
  key: ["created_time", "trade_id"],
  origin: "projected"
}

export const quarantine: PublicTable = {
  name: "quarantine",
  about: "items and fields that could not be read, and whether a later version could",
  columns: {
    seq: "integer",
    projection: "text",
    item: "text",
    error: "text",
    first_seen: "time",
    resolved_at: "time"
  },
  key: ["seq", "projection", "item"],
  origin: "recorded"
}

export const collectionRuns: PublicTable = {
  name: "collection_runs",
  about: "how every scheduled slot ended",
  columns: {
    feed: "text",
    slot: "slot",
    interval: "integer",
    started_at: "time",
    finished_at: "time",
    status: "text",
    reason: "text",
    pages: "integer",
    items: "integer",
    watermark: "slot",
    failed_attempts: "integer"
  },
  key: ["feed", "slot"],
  origin: "recorded"
}

export const coverage: PublicTable = {
  name: "coverage",
  about: "of each feed and UTC day, how many slots were due and how they ended",
  columns: {
    feed: "text",
    day: "text",
    slots_due: "integer",
    complete: "integer",
    warnings: "integer",
    failed: "integer",
    skipped: "integer",
    missed: "integer",
    running: "integer",
    complete_share: "real",
    pages: "integer",
    items: "integer",
    failed_attempts: "integer",
    first_failure: "text",
    first_warning: "text"
  },
  key: ["feed", "day"],
  origin: "recorded"
}

export const observations: PublicTable = {
  name: "observations",
  about: "every answer of the exchange, as it came: the log that all else follows from",
  columns: {
    seq: "integer",
    feed: "text",
    slot: "slot",
    page: "integer",
    endpoint: "text",
    request: "text",
    cursor: "text",
    observed_at: "time",
    status: "integer",
    base_url: "text",
    encoding: "text",
    body: "blob",
    body_sha256: "text",
    chain_sha256: "text"
  },
  key: ["seq"],
  origin: "recorded"
}

/** All of them, in the order in which `kalshi query` and the README list them. */
export const publicTables: ReadonlyArray<PublicTable> = [
  markets,
  events,
  priceSnapshots,
  comboLegs,
  settlements,
  orderbookSnapshots,
  trades,
  candlesticks,
  series,
  exchangeStatus,
  exchangeSchedule,
  historicalCutoff,
  collectionRuns,
  backfills,
  clockJumps,
  coverage,
  quarantine,
  observations
]
