/**
 * The JSON the exchange sends in autumn 2026: prices are decimal strings in dollars (`*_dollars`), counts decimal
 * strings in contracts (`*_fp`), times RFC 3339 in UTC. An absent key, null and "" are three different things.
 */

export type MarketStatus =
  | "initialized"
  | "active"
  | "inactive"
  | "closed"
  | "determined"
  | "disputed"
  | "amended"
  | "finalized"

export type MarketResult = "yes" | "no" | "scalar" | ""

export interface PriceRange {
  readonly end: string
  readonly start: string
  readonly step: string
}

export interface Leg {
  readonly event_ticker: string
  readonly market_ticker: string
  readonly side: "yes" | "no"
}

export type StrikeType = "greater" | "greater_or_equal" | "less" | "between" | "custom" | "structured"

/** One market, as it appears in a listing, inside an event, or alone. */
export interface MarketJson {
  readonly can_close_early: boolean
  readonly cap_strike?: number | null
  readonly close_time: string
  readonly created_time: string
  readonly custom_strike?: Readonly<Record<string, string>> | null
  readonly early_close_condition?: string | null
  readonly event_ticker: string
  readonly exchange_index?: number
  readonly expected_expiration_time?: string | null
  readonly expiration_time?: string
  readonly expiration_value: string
  readonly fee_waiver_expiration_time?: string | null
  readonly floor_strike?: number | null
  readonly is_provisional?: boolean
  readonly last_price_dollars: string
  readonly latest_expiration_time: string
  readonly liquidity_dollars?: string
  readonly market_type: "binary"
  readonly mve_collection_ticker?: string
  readonly mve_selected_legs?: Array<Leg>
  readonly no_ask_dollars: string
  readonly no_bid_dollars: string
  readonly no_sub_title: string
  readonly notional_value_dollars: string
  readonly occurrence_datetime?: string | null
  readonly open_interest_fp: string
  readonly open_time: string
  readonly previous_price_dollars: string
  readonly previous_yes_ask_dollars: string
  readonly previous_yes_bid_dollars: string
  readonly price_level_structure: string
  readonly price_ranges: Array<PriceRange>
  readonly primary_participant_key?: string | null
  readonly result: MarketResult
  readonly rules_primary: string
  readonly rules_secondary: string
  readonly settlement_timer_seconds: number
  readonly settlement_ts?: string | null
  readonly settlement_value_dollars?: string
  readonly status: MarketStatus
  readonly strike_type?: StrikeType
  readonly subtitle?: string
  readonly ticker: string
  readonly title?: string
  readonly updated_time: string
  readonly volume_24h_fp: string
  readonly volume_fp: string
  readonly yes_ask_dollars: string
  readonly yes_ask_size_fp: string
  readonly yes_bid_dollars: string
  readonly yes_bid_size_fp: string
  readonly yes_sub_title: string
}

export interface SourceJson {
  readonly name?: string
  readonly url?: string
}

export interface EventJson {
  readonly available_on_brokers: boolean
  readonly category?: string
  readonly collateral_return_type: string
  readonly event_ticker: string
  readonly exchange_index?: number
  readonly fee_multiplier_override?: number | null
  readonly fee_type_override?: FeeTypeJson | null
  readonly last_updated_ts?: string
  readonly mutually_exclusive: boolean
  readonly product_metadata?: Readonly<Record<string, string>> | null
  readonly series_ticker: string
  readonly settlement_sources: Array<SourceJson> | null
  readonly strike_date?: string | null
  readonly strike_period?: string | null
  readonly sub_title: string
  readonly title: string
}

export type FeeTypeJson = "quadratic" | "quadratic_with_maker_fees"

export interface SeriesJson {
  readonly additional_prohibitions: Array<string> | null
  readonly categories: Array<string>
  readonly category: string
  readonly contract_terms_url: string
  readonly contract_url: string
  readonly exchange_index?: number
  readonly fee_multiplier: number
  readonly fee_type: FeeTypeJson
  readonly frequency: string
  readonly last_updated_ts?: string
  readonly product_metadata?: Readonly<Record<string, string>> | null
  readonly settlement_sources: Array<SourceJson> | null
  readonly tags: Array<string> | null
  readonly ticker: string
  readonly title: string
  readonly volume_fp?: string
}

/** From `scheduled_ts` on, trades of the series cost this fee. */
export interface SeriesFeeChangeJson {
  readonly fee_multiplier: number
  readonly fee_type: FeeTypeJson
  readonly id: string
  readonly scheduled_ts: string
  readonly series_ticker: string
}

/** The same for an event. Two nulls give it the fee of its series again. */
export interface EventFeeChangeJson {
  readonly event_ticker: string
  readonly fee_multiplier_override: number | null
  readonly fee_type_override: FeeTypeJson | null
  readonly id: string
  readonly scheduled_ts: string
  readonly series_ticker: string
}

export interface TradeJson {
  readonly count_fp: string
  readonly created_time: string
  readonly is_block_trade: boolean
  readonly no_price_dollars: string
  readonly taker_book_side: "bid" | "ask"
  readonly taker_outcome_side: "yes" | "no"
  /** Deprecated, but still sent. */
  readonly taker_side: "yes" | "no"
  readonly ticker: string
  readonly trade_id: string
  readonly yes_price_dollars: string
}

/** Bids only, the best last: an offer of YES is a bid for NO at one dollar minus the price. */
export interface BookJson {
  readonly no_dollars: Array<[price: string, count: string]>
  readonly yes_dollars: Array<[price: string, count: string]>
}

export interface RangeJson {
  readonly close_dollars: string
  readonly high_dollars: string
  readonly low_dollars: string
  readonly open_dollars: string
}

export interface CandleJson {
  /** The end of the period in Unix seconds; it belongs to the period. */
  readonly end_period_ts: number
  readonly open_interest_fp: string
  /** Only `previous_dollars` if nothing was traded, and not even that before the first trade. */
  readonly price: Partial<RangeJson> & { readonly mean_dollars?: string; readonly previous_dollars?: string }
  readonly volume_fp: string
  readonly yes_ask: RangeJson
  readonly yes_bid: RangeJson
}

export interface PastRangeJson<A = string> {
  readonly close: A
  readonly high: A
  readonly low: A
  readonly open: A
}

/** The same candle in the historical tier: other keys, and null for what is missing. */
export interface PastCandleJson {
  readonly end_period_ts: number
  readonly open_interest: string
  readonly price: PastRangeJson<string | null> & {
    readonly mean: string | null
    readonly previous: string | null
  }
  readonly volume: string
  readonly yes_ask: PastRangeJson
  readonly yes_bid: PastRangeJson
}

/** An object before absent keys are left out: every key is named, with undefined for an absent one. */
export type Draft<A> = { readonly [K in keyof A]-?: A[K] | undefined }

/** Returns the object without its undefined keys, which is also what JSON.stringify writes. */
export const withoutAbsent = <A extends object>(draft: Draft<A>): A =>
  Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined)) as A
