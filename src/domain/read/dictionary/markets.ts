/** The meaning of the columns of `markets`, `combo_legs` and `settlements`. */
import type { comboLegs, markets } from "../markets/table.ts"
import type { settlements } from "../settlements/table.ts"
import type { Meanings } from "./meanings.ts"

export const marketsColumns: Meanings<typeof markets> = {
  ticker: "the market's name",
  event_ticker: "the event (question) that the market belongs to",
  series_ticker: "the series of its event; NULL until the event has been recorded",
  category: "the market's own, else that of its event, else that of its series",
  market_type: "`binary` or `scalar`",
  title: "the question; NULL for newer markets: see `yes_sub_title` and the event's `title`",
  subtitle: "no longer sent",
  yes_sub_title: "what YES means",
  no_sub_title: "what NO means",
  status:
    "`initialized`, `active` (open), `inactive` (paused), `closed`, `determined`, `disputed`, `amended`, `finalized` (paid)",
  result: "`yes`, `no`, `scalar`, or empty while it is not known; final only once the status is `finalized`",
  settlement_value: "what one YES pays; set once the result is `determined`, NULL before",
  settlement_ts: "when it paid; NULL until then, and in answers from before 2025-12-25",
  notional_value: "the most that one contract can pay; 100 so far",
  created_time: "when the exchange created it",
  updated_time: "when its terms last changed, according to the exchange; changes of prices do not count",
  open_time: "when trading begins",
  close_time: "when trading ends: **it moves**, see above",
  expiration_time: "as sent; `latest_expiration_time` if the exchange did not send it",
  latest_expiration_time: "the last moment at which the result may become known",
  expected_expiration_time: "when the exchange expects the result; NULL if it did not send it",
  occurrence_datetime:
    "when the event itself takes place, according to the exchange; may be hours off for sports",
  settlement_timer_seconds: "seconds from the result to the payout",
  expiration_value: "the value that decided the result, as text",
  can_close_early: "whether `close_time` may move to an earlier time; true for nearly all markets",
  early_close_condition: "the condition for that, in words",
  strike_type: "`greater`, `less`, `between`, `custom`, …",
  floor_strike: "lower bound of the strike",
  cap_strike: "upper bound of the strike",
  functional_strike: "the strike as a function, in the exchange's words; NULL for nearly all markets",
  custom_strike: "the strike as JSON",
  fee_waiver_expiration_time: "until when trades in it cost no fee; NULL if they always do",
  primary_participant_key:
    "the exchange's key of the participant that it is about; NULL for nearly all markets",
  price_level_structure: "the name of the price grid",
  price_ranges: "the price grid as JSON: `[{start, end, step}]`, in dollars",
  mve_collection_ticker: "the collection of a combo; NULL for other markets",
  settlement_bounds_type: "`default`, or `floor`: the payout has a lower bound",
  settlement_floor: "the lower bound of the payout of YES",
  is_provisional: "whether the market may be removed if it never trades",
  exchange_index: "which of the exchange's shards it trades on",
  rules_primary: "the rules",
  rules_secondary: "more of the rules",
  ended_at: "when trading really ended: `close_time` once the status is past trading, NULL before",
  observed_at: "when this description was last received",
  not_found_at: "when a later request by name found it in neither tier of the exchange; NULL otherwise"
}

export const comboLegsColumns: Meanings<typeof comboLegs> = {
  ticker: "the combo, a market",
  leg: "position of the leg, from 1",
  leg_event_ticker: "the leg's event",
  leg_ticker: "the leg's market",
  side: "`yes` or `no`: the side of the leg that the combo contains",
  yes_settlement_value: "payout of YES of the leg; NULL before it is settled"
}

export const settlementsColumns: Meanings<typeof settlements> = {
  ticker: "a market whose status is `finalized`",
  event_ticker: "the event (question) that the market belongs to",
  settled_at: "its `settlement_ts`; NULL in answers from before 2025-12-25",
  result: "`yes`, `no` or `scalar`",
  final_yes_price:
    "bid for YES in the final description, mostly 0: not the last quote before the close, which is in `price_snapshots`",
  final_no_price: "the same for NO",
  yes_payout: "payout of one YES: 100, 0, or between them if `scalar`; NULL if the exchange did not send it",
  no_payout: "100 − `yes_payout`"
}
