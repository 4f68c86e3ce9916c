/** The fields of a market that all eras of the API spell alike: everything but prices and counts. */
import {
  flag,
  integer,
  json,
  list,
  name,
  nullable,
  number,
  price,
  reference,
  shape,
  text,
  time
} from "../../wire/shape.ts"

/** A leg of a combo: an outcome of another market, and its settlement value once that is known. */
const leg = shape({
  eventTicker: ["event_ticker", nullable(reference)],
  marketTicker: ["market_ticker", nullable(reference)],
  side: ["side", nullable(text)],
  settlementValue: ["yes_settlement_value_dollars", nullable(price)]
})

export const description = shape({
  ticker: ["ticker", name],
  eventTicker: ["event_ticker", reference],
  status: ["status", text],
  marketType: ["market_type", nullable(text)],
  title: ["title", nullable(text)],
  subtitle: ["subtitle", nullable(text)],
  yesSubTitle: ["yes_sub_title", nullable(text)],
  noSubTitle: ["no_sub_title", nullable(text)],
  createdTime: ["created_time", nullable(time)],
  updatedTime: ["updated_time", nullable(time)],
  openTime: ["open_time", nullable(time)],
  closeTime: ["close_time", nullable(time)],
  expirationTime: ["expiration_time", nullable(time)],
  latestExpirationTime: ["latest_expiration_time", nullable(time)],
  expectedExpirationTime: ["expected_expiration_time", nullable(time)],
  occurrenceTime: ["occurrence_datetime", nullable(time)],
  settlementTimerSeconds: ["settlement_timer_seconds", nullable(integer)],
  result: ["result", nullable(text)],
  settlementTime: ["settlement_ts", nullable(time)],
  expirationValue: ["expiration_value", nullable(text)],
  canCloseEarly: ["can_close_early", nullable(flag)],
  earlyCloseCondition: ["early_close_condition", nullable(text)],
  strikeType: ["strike_type", nullable(text)],
  floorStrike: ["floor_strike", nullable(number)],
  capStrike: ["cap_strike", nullable(number)],
  functionalStrike: ["functional_strike", nullable(text)],
  customStrike: ["custom_strike", nullable(json)],
  feeWaiverExpirationTime: ["fee_waiver_expiration_time", nullable(time)],
  primaryParticipantKey: ["primary_participant_key", nullable(text)],
  rulesPrimary: ["rules_primary", nullable(text)],
  rulesSecondary: ["rules_secondary", nullable(text)],
  priceLevelStructure: ["price_level_structure", nullable(text)],
  priceRanges: ["price_ranges", nullable(json)],
  mveCollectionTicker: ["mve_collection_ticker", nullable(reference)],
  mveSelectedLegs: ["mve_selected_legs", nullable(list(leg))],
  /** This and the next field are sent since 2026-10. */
  settlementBoundsType: ["settlement_bounds_type", nullable(text)],
  settlementFloor: ["settlement_floor_dollars", nullable(price)],
  isProvisional: ["is_provisional", nullable(flag)],
  exchangeIndex: ["exchange_index", nullable(integer)],
  /** Left the wire on 2026-01-08; recordings from before have it. */
  category: ["category", nullable(text)]
})
