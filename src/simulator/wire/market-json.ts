/** A market as the exchange writes it at a time: its state, its quote, and the optional keys that it has. */
import { hex, unit } from "../universe/chance.ts"
import { DAY, HOUR, rfc3339, type Us } from "../universe/instant.ts"
import type { MarketStory } from "../universe/life.ts"
import {
  announcedClose,
  hasOtherRules,
  OPENING,
  statusAt,
  turnsAt,
  updatedAt
} from "../universe/market-state.ts"
import { movesAt } from "../universe/moves.ts"
import { bookAfter, EMPTY_BOOK, tradingAfter, UNTRADED } from "../universe/quotes.ts"
import { contracts, dollars, NO_ASK } from "../universe/ticks.ts"
import { collectionOf, wordsOf } from "./event-json.ts"
import type { Draft, MarketJson, MarketStatus } from "./wire.ts"

const hasResult = (status: MarketStatus): boolean =>
  status === "determined" || status === "disputed" || status === "amended" || status === "finalized"

/** Tells whether a market shows orders. Closed and settled markets, and those not yet open, show none. */
export const hasBook = (status: MarketStatus): boolean => status === "active" || status === "inactive"

/** Returns the value, null, or undefined for an absent key, decided by the market's key. */
const sometimes = <A>(market: MarketStory, salt: number, value: A, absent: number, nulled: number) => {
  const u = unit(market.key, salt)
  if (u < absent) return undefined
  return u < absent + nulled ? null : value
}

const unlessAbsent = <A>(market: MarketStory, salt: number, absent: number, value: A): A | undefined =>
  unit(market.key, salt) < absent ? undefined : value

const AMENDMENT =
  "If the Source Agency has not published by the Expiration Date, the last value that it published counts."

const expirationValue = (market: MarketStory): string => {
  if (market.outcome.result === "scalar") return "Cancelled"
  if (market.event.lane.kind.category === "Climate and Weather") return `${40 + (market.event.key % 45)}.00`
  return market.outcome.result === "yes" ? market.ticker.slice(market.ticker.lastIndexOf("-") + 1) : ""
}

/**
 * Returns every key of the answer in alphabetical order, as the exchange sorts them; undefined stands for an
 * absent key.
 */
export const draftAt = (market: MarketStory, at: Us): Draft<MarketJson> => {
  const { kind } = market.event.lane
  const { facts } = market.event
  const { settlement } = market
  const status = statusAt(market, at)
  const moves = movesAt(market, at)
  const book = hasBook(status) ? bookAfter(market, moves) : EMPTY_BOOK
  const trading = at < market.openUs + OPENING ? UNTRADED : tradingAfter(market, moves)
  const words = kind.marketWords(facts, market.place)
  const event = wordsOf(market.event)
  const decided = hasResult(status)
  const outcome = at < settlement.amendedUs ? market.firstResult : market.outcome
  const latestExpiration = market.listedCloseUs + 7 * DAY
  return {
    can_close_early: kind.closesEarly > 0,
    cap_strike: words.capStrike,
    close_time: rfc3339(announcedClose(market, at)),
    created_time: rfc3339(market.createdUs),
    custom_strike: words.customStrike,
    early_close_condition:
      event.earlyClose === "" ? undefined : sometimes(market, 50, event.earlyClose, 0, 0.01),
    event_ticker: market.event.ticker,
    exchange_index: unlessAbsent(market, 51, 0.02, kind.shard),
    expected_expiration_time: sometimes(market, 52, rfc3339(market.listedCloseUs + 3 * HOUR), 0.01, 0.01),
    expiration_time: unlessAbsent(market, 53, 0.02, rfc3339(latestExpiration)),
    expiration_value: decided ? expirationValue(market) : "",
    fee_waiver_expiration_time: sometimes(market, 54, rfc3339(market.openUs + DAY), 0.97, 0.02),
    floor_strike: words.floorStrike,
    is_provisional: market.combo && !(decided && trading.volume === 0) ? true : undefined,
    last_price_dollars: dollars(trading.last),
    latest_expiration_time: rfc3339(latestExpiration),
    liquidity_dollars: unlessAbsent(market, 55, 0.3, "0.0000"),
    market_type: "binary",
    mve_collection_ticker: words.legs === undefined ? undefined : collectionOf(facts.seriesTicker),
    mve_selected_legs: words.legs,
    no_ask_dollars: dollars(NO_ASK - book.bid),
    no_bid_dollars: dollars(NO_ASK - book.ask),
    no_sub_title: words.yesSubTitle,
    notional_value_dollars: "1.0000",
    occurrence_datetime: sometimes(market, 56, rfc3339(market.listedCloseUs), 0.2, 0.02),
    open_interest_fp: contracts(trading.openInterest),
    open_time: rfc3339(market.openUs),
    previous_price_dollars: dollars(trading.previousPrice),
    previous_yes_ask_dollars: dollars(trading.previousAsk),
    previous_yes_bid_dollars: dollars(trading.previousBid),
    price_level_structure: kind.grid.label,
    price_ranges: kind.grid.ranges,
    primary_participant_key: sometimes(market, 57, hex(market.key), 0.9, 0.07),
    result: decided ? outcome.result : "",
    rules_primary: hasOtherRules(market, at) ? `${words.rulesPrimary} ${AMENDMENT}` : words.rulesPrimary,
    rules_secondary: event.rulesSecondary,
    settlement_timer_seconds: settlement.timerSeconds,
    settlement_ts:
      status === "finalized" ? rfc3339(market.finalizedUs) : sometimes<string>(market, 58, "", 0.95, 0.05),
    settlement_value_dollars: decided ? dollars(outcome.value) : undefined,
    status,
    strike_type: words.strikeType,
    subtitle: unlessAbsent(market, 59, 0.1, words.customStrike === undefined ? words.yesSubTitle : ""),
    ticker: market.ticker,
    title: unlessAbsent(market, 60, 0.005, words.title),
    updated_time: rfc3339(updatedAt(market, at)),
    volume_24h_fp: contracts(trading.volume24h),
    volume_fp: contracts(trading.volume),
    yes_ask_dollars: dollars(book.ask),
    yes_ask_size_fp: contracts(book.askSize),
    yes_bid_dollars: dollars(book.bid),
    yes_bid_size_fp: contracts(book.bidSize),
    yes_sub_title: words.yesSubTitle
  }
}

/** Returns the JSON text. JSON.stringify leaves keys with undefined out. */
export const marketText = (market: MarketStory, at: Us): string => JSON.stringify(draftAt(market, at))

/** Returns the number of changes so far. While it stays the same, so does every byte of the market's JSON. */
export const versionAt = (market: MarketStory, at: Us): number =>
  movesAt(market, at) * 16 + turnsAt(market, at)
