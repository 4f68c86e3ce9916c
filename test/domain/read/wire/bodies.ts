/**
 * Markets and events in the form of each era, written by hand from the schema. Every field that is read has a
 * value of its own, so that a mix-up of two fields is noticed. The pinned log of projections/pinned.test.ts
 * is made of them too: a change here changes those pins.
 */
export type Body = Readonly<Record<string, unknown>>

/** The fields that all eras have in common. */
const described: Body = {
  ticker: "KXRAIN-26NOV22-T1",
  event_ticker: "KXRAIN-26NOV22",
  market_type: "binary",
  title: "Will it rain more than 1 inch?",
  subtitle: "more than 1 inch",
  yes_sub_title: "Above 1",
  no_sub_title: "1 or below",
  open_time: "2026-11-20T15:00:00Z",
  close_time: "2026-11-23T04:59:00Z",
  expiration_time: "2026-11-30T15:00:00Z",
  latest_expiration_time: "2026-12-01T15:00:00Z",
  expected_expiration_time: "2026-11-23T15:00:00Z",
  settlement_timer_seconds: 1800,
  status: "active",
  result: "",
  expiration_value: "1.25",
  can_close_early: true,
  early_close_condition: "when the report is out",
  strike_type: "greater",
  floor_strike: 1.5,
  cap_strike: 2.25,
  custom_strike: { "Associated Events": "A,B" },
  rules_primary: "If it rains",
  rules_secondary: "as reported by the NWS"
}

/** Until 2025-08: whole cents and whole contracts. */
export const centsMarket = (but: Body = {}): Body => ({
  ...described,
  category: "Climate and Weather",
  response_price_units: "usd_cent",
  notional_value: 100,
  tick_size: 1,
  risk_limit_cents: 0,
  yes_bid: 41,
  yes_ask: 43,
  no_bid: 57,
  no_ask: 59,
  last_price: 42,
  previous_yes_bid: 1,
  previous_yes_ask: 2,
  previous_price: 3,
  volume: 61202,
  volume_24h: 3752,
  open_interest: 42216,
  liquidity: 12507414,
  ...but
})

/** From 2025-08-31: dollars beside cents. */
export const dualMarket = (but: Body = {}): Body => ({
  ...centsMarket(),
  created_time: "2026-11-19T10:11:12.345678Z",
  mve_collection_ticker: "KXMVE-COLLECTION",
  price_level_structure: "linear_cent",
  price_ranges: [{ start: "0.0000", end: "1.0000", step: "0.0100" }],
  notional_value_dollars: "1.0000",
  yes_bid_dollars: "0.4100",
  yes_ask_dollars: "0.4300",
  no_bid_dollars: "0.5700",
  no_ask_dollars: "0.5900",
  last_price_dollars: "0.4200",
  liquidity_dollars: "125074.1400",
  ...but
})

/** From 2026-01-22: counts in `*_fp` too, and prices and counts that the integers round away. */
export const dualFpMarket = (but: Body = {}): Body => ({
  ...dualMarket(),
  updated_time: "2026-11-21T01:02:03.04Z",
  yes_bid_dollars: "0.4149",
  yes_ask_dollars: "0.4250",
  no_bid_dollars: "0.5750",
  no_ask_dollars: "0.5851",
  last_price_dollars: "0.4210",
  liquidity_dollars: "125074.1425",
  volume_fp: "61202.75",
  volume_24h_fp: "3752.50",
  open_interest_fp: "42216.25",
  yes_bid_size_fp: "12.50",
  yes_ask_size_fp: "0.01",
  ...but
})

/** Since 2026-03-12: strings only. */
export const stringsMarket = (but: Body = {}): Body => ({
  ...described,
  created_time: "2026-11-19T10:11:12.345678Z",
  updated_time: "2026-11-21T01:02:03.04Z",
  occurrence_datetime: "2026-11-22T14:00:00Z",
  settlement_ts: "2026-11-23T12:01:14.546573Z",
  mve_collection_ticker: "KXMVE-COLLECTION",
  mve_selected_legs: [
    { event_ticker: "KXSNOW-26NOV22", market_ticker: "KXSNOW-26NOV22-T2", side: "yes" },
    {
      event_ticker: "KXHAIL-26NOV22",
      market_ticker: "KXHAIL-26NOV22-T3",
      side: "no",
      yes_settlement_value_dollars: "0.0690"
    }
  ],
  settlement_bounds_type: "floor",
  settlement_floor_dollars: "0.0525",
  is_provisional: false,
  functional_strike: "x / 2",
  fee_waiver_expiration_time: "2026-11-21T15:00:00Z",
  primary_participant_key: "NWS-NYC",
  exchange_index: 2,
  price_level_structure: "tapered_deci_cent",
  price_ranges: [
    { start: "0.0000", end: "0.1000", step: "0.0010" },
    { start: "0.1000", end: "1.0000", step: "0.0100" }
  ],
  notional_value_dollars: "1.0000",
  previous_price_dollars: "0.0300",
  previous_yes_ask_dollars: "0.0200",
  previous_yes_bid_dollars: "0.0100",
  yes_bid_dollars: "0.0690",
  yes_ask_dollars: "0.0720",
  no_bid_dollars: "0.9280",
  no_ask_dollars: "0.9310",
  last_price_dollars: "0.0710",
  volume_fp: "61202.75",
  volume_24h_fp: "3752.50",
  open_interest_fp: "42216.25",
  yes_bid_size_fp: "2.50",
  yes_ask_size_fp: "100.00",
  liquidity_dollars: "0.0000",
  settlement_value_dollars: "0.5500",
  ...but
})

export const eventBody = (but: Body = {}): Body => ({
  event_ticker: "KXRAIN-26NOV22",
  series_ticker: "KXRAIN",
  title: "How much will it rain?",
  sub_title: "On Nov 22, 2026",
  category: "Climate and Weather",
  mutually_exclusive: true,
  collateral_return_type: "MECNET",
  strike_date: "2026-11-22T15:00:00Z",
  strike_period: "day",
  last_updated_ts: "2026-11-20T15:00:00.5Z",
  exchange_index: 2,
  settlement_sources: [{ name: "NOAA", url: "https://noaa.gov" }],
  product_metadata: { competition: "Rain", competition_scope: "Game" },
  fee_type_override: "flat",
  fee_multiplier_override: 0.25,
  available_on_brokers: true,
  ...but
})

/** The body without one field. */
export const without = (body: Body, field: string): Body =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== field))
