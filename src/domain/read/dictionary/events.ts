/** The meaning of the columns of `events` and `series`. */
import type { events } from "../events/table.ts"
import type { series } from "../series/table.ts"
import type { Meanings } from "./meanings.ts"

export const eventsColumns: Meanings<typeof events> = {
  event_ticker: "the event's name",
  series_ticker: "its series",
  title: "the question",
  sub_title: "its second line",
  category: "the event's own, else that of its series",
  mutually_exclusive: "whether at most one of its markets pays YES",
  collateral_return_type: "how collateral is shared between its markets",
  strike_date: "the day that the question is about",
  strike_period: "that day or period in words",
  last_updated_ts: "when it last changed, according to the exchange",
  exchange_index: "which of the exchange's shards it trades on",
  settlement_sources: "the sources that decide results, as JSON: name and URL; NULL before 2026-06-18",
  product_metadata: "more about it, as JSON: of a game, its competition and scope",
  fee_type_override: "its own fee type; NULL: that of its series",
  fee_multiplier_override: "its own factor on the usual fee; NULL: that of its series",
  observed_at: "when this description was last received"
}

export const seriesColumns: Meanings<typeof series> = {
  series_ticker: "the series' name",
  title: "its title",
  category: "its category",
  categories: "all of its categories, as JSON",
  tags: "its tags, as JSON",
  frequency: "`daily`, `weekly`, `custom`, …",
  fee_type: "how fees are computed",
  fee_multiplier: "factor on the usual fee",
  contract_url: "address of the contract",
  contract_terms_url: "address of its terms",
  settlement_sources: "the sources that decide results, as JSON: name and URL",
  additional_prohibitions: "who may not trade, as JSON",
  product_metadata: "more about it, as JSON; NULL unless the request asked for it, as no feed does",
  volume: "contracts traded in all its markets",
  last_updated_ts: "when it last changed, according to the exchange",
  exchange_index: "which of the exchange's shards it trades on",
  observed_at: "when this description was last received"
}
