/**
 * Candles, series, statuses and schedules of the exchange, written by hand from its schema. Every field that
 * is read has a value of its own. The pinned log is made of them too: a change here changes its pins.
 */
import type { Body } from "./bodies.ts"

/** 2026-11-22T12:00:00Z */
export const NOON = 1_795_348_800

/** A candle of the live tier in today's form. */
export const liveCandle = (but: Body = {}): Body => ({
  end_period_ts: NOON,
  yes_bid: {
    open_dollars: "0.0110",
    low_dollars: "0.0120",
    high_dollars: "0.0130",
    close_dollars: "0.014001"
  },
  yes_ask: { open_dollars: "0.2100", low_dollars: "0.2200", high_dollars: "0.2300", close_dollars: "0.2400" },
  price: {
    open_dollars: "0.3100",
    low_dollars: "0.3200",
    high_dollars: "0.3300",
    close_dollars: "0.3400",
    mean_dollars: "0.3548",
    previous_dollars: "0.3600"
  },
  volume_fp: "7.25",
  open_interest_fp: "8000.50",
  ...but
})

/** The same candle from the historical tier. */
export const pastCandle = (but: Body = {}): Body => ({
  end_period_ts: NOON,
  yes_bid: { open: "0.0110", low: "0.0120", high: "0.0130", close: "0.014001" },
  yes_ask: { open: "0.2100", low: "0.2200", high: "0.2300", close: "0.2400" },
  price: {
    open: "0.3100",
    low: "0.3200",
    high: "0.3300",
    close: "0.3400",
    mean: "0.3548",
    previous: "0.3600"
  },
  volume: "7.25",
  open_interest: "8000.50",
  ...but
})

/** The form before dollars. */
export const centsCandle = (but: Body = {}): Body => ({
  end_period_ts: NOON,
  yes_bid: { open: 1, low: 2, high: 3, close: 4 },
  yes_ask: { open: 21, low: 22, high: 23, close: 24 },
  price: { open: 31, low: 32, high: 33, close: 34, mean: 35, previous: 36, min: null, max: null },
  volume: 7,
  open_interest: 8000,
  ...but
})

const sideBySide = (integers: unknown, strings: unknown) => ({ ...(integers as Body), ...(strings as Body) })

/** Integers beside dollars, which have more digits; counts are integers only. */
export const dualCandle = (but: Body = {}): Body => {
  const [integers, strings] = [centsCandle(), liveCandle()]
  return {
    ...integers,
    yes_bid: sideBySide(integers.yes_bid, strings.yes_bid),
    yes_ask: sideBySide(integers.yes_ask, strings.yes_ask),
    price: sideBySide(integers.price, strings.price),
    ...but
  }
}

export const seriesBody = (but: Body = {}): Body => ({
  ticker: "KXRAIN",
  title: "Rain in New York",
  category: "Climate and Weather",
  categories: ["Climate and Weather", "Science"],
  tags: ["Rain"],
  frequency: "daily",
  fee_type: "quadratic",
  fee_multiplier: 0.5,
  contract_url: "https://example.org/contract.pdf",
  contract_terms_url: "https://example.org/terms.pdf",
  settlement_sources: [{ name: "NWS", url: "https://weather.gov" }],
  additional_prohibitions: ["No meteorologists."],
  product_metadata: { scope: "Games" },
  volume_fp: "1234.50",
  last_updated_ts: "2026-07-06T15:36:55.41822Z",
  exchange_index: 2,
  ...but
})

export const seriesFeeBody = (but: Body = {}): Body => ({
  id: "7f2c",
  series_ticker: "KXRAIN",
  fee_type: "quadratic",
  fee_multiplier: 0.5,
  scheduled_ts: "2026-11-23T15:00:00Z",
  ...but
})

export const eventFeeBody = (but: Body = {}): Body => ({
  id: "8a1d",
  event_ticker: "KXRAIN-26NOV22",
  series_ticker: "KXRAIN",
  fee_type_override: "flat",
  fee_multiplier_override: 0.25,
  scheduled_ts: "2026-11-22T18:00:00.5Z",
  ...but
})

export const statusBody = (but: Body = {}): Body => ({
  exchange_active: true,
  trading_active: false,
  intra_exchange_transfers_active: true,
  exchange_estimated_resume_time: "2026-11-26T10:00:00Z",
  exchange_index_statuses: [{ exchange_index: 0, description: "Default", trading_active: false }],
  ...but
})

const ALL_DAY = [{ open_time: "00:00", close_time: "00:00" }]

/** The week as it has been since 2024: always open, except for the pause on Thursday. */
export const weekBody = (but: Body = {}): Body => ({
  start_time: "2024-12-01T00:00:00Z",
  end_time: "2200-12-01T00:00:00Z",
  monday: ALL_DAY,
  tuesday: ALL_DAY,
  wednesday: ALL_DAY,
  thursday: [
    { open_time: "00:00", close_time: "03:00" },
    { open_time: "05:00", close_time: "00:00" }
  ],
  friday: ALL_DAY,
  saturday: ALL_DAY,
  sunday: ALL_DAY,
  ...but
})

export const scheduleBody = (but: Body = {}): Body => ({
  schedule: { standard_hours: [weekBody()], maintenance_windows: [], ...but }
})

export const cutoffBody: Body = {
  market_positions_last_updated_ts: "2026-09-22T00:00:00Z",
  market_settled_ts: "2026-09-22T00:00:00Z",
  orders_updated_ts: "2026-11-08T00:00:00Z",
  trades_created_ts: "2026-09-22T00:00:00Z"
}
