/** The fields of a market that all eras of the API spell alike: everything but prices and counts. */
import {
  flag,
  integer,
  json,
  list,
  name,
  number,
  price,
  reference,
  said,
  shape,
  text,
  time
} from "../../wire/shape.ts"

/** A leg of a combo: an outcome of another market, and its settlement value once that is known. */
const leg = shape({
  eventTicker: ["event_ticker", said(reference)],
  marketTicker: ["market_ticker", said(reference)],
  side: ["side", said(text)],
  settlementValue: ["yes_settlement_value_dollars", said(price)]
})

export const description = shape({
  ticker: ["ticker", name],
  eventTicker: ["event_ticker", reference],
  status: ["status", text],
  marketType: ["market_type", said(text)],
  title: ["title", said(text)],
  subtitle: ["subtitle", said(text)],
  yesSubTitle: ["yes_sub_title", said(text)],
  noSubTitle: ["no_sub_title", said(text)],
  createdTime: ["created_time", said(time)],
  updatedTime: ["updated_time", said(time)],
  openTime: ["open_time", said(time)],
  closeTime: ["close_time", said(time)],
  expirationTime: ["expiration_time", said(time)],
  latestExpirationTime: ["latest_expiration_time", said(time)],
  expectedExpirationTime: ["expected_expiration_time", said(time)],
  occurrenceTime: ["occurrence_datetime", said(time)],
  settlementTimerSeconds: ["settlement_timer_seconds", said(integer)],
  result: ["result", said(text)],
  settlementTime: ["settlement_ts", said(time)],
  expirationValue: ["expiration_value", said(text)],
  canCloseEarly: ["can_close_early", said(flag)],
  earlyCloseCondition: ["early_close_condition", said(text)],
  strikeType: ["strike_type", said(text)],
  floorStrike: ["floor_strike", said(number)],
  capStrike: ["cap_strike", said(number)],
  customStrike: ["custom_strike", said(json)],
  rulesPrimary: ["rules_primary", said(text)],
  rulesSecondary: ["rules_secondary", said(text)],
  priceLevelStructure: ["price_level_structure", said(text)],
  priceRanges: ["price_ranges", said(json)],
  mveCollectionTicker: ["mve_collection_ticker", said(reference)],
  mveSelectedLegs: ["mve_selected_legs", said(list(leg))],
  /** This and the next field are sent since 2026-10. */
  settlementBoundsType: ["settlement_bounds_type", said(text)],
  settlementFloor: ["settlement_floor_dollars", said(price)],
  isProvisional: ["is_provisional", said(flag)],
  exchangeIndex: ["exchange_index", said(integer)],
  /** Left the wire on 2026-01-08; recordings from before have it. */
  category: ["category", said(text)]
})
