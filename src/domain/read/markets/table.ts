/**
 * `markets` and `combo_legs`: the words and terms that each market trades under, as last described, and
 * `market_history`, as described before. Tables store a
 * market's id (`market_numbers`) in place of its ticker, and the ids of long texts that markets share
 * (`shared_texts`).
 */
import { cents, flag, integer, market, real, required, sharedText, text, time } from "../column.ts"
import { entityTable } from "../table.ts"
import { known, versioned } from "../versions.ts"
import { alwaysShownAs, shownAs, shownOf, ticker, view } from "../view.ts"
import { endedAt } from "./ended.ts"
import { expirationOf, type MarketTerms } from "./market.ts"

export const marketRows = versioned(
  entityTable<MarketTerms>()({
    name: "market_rows",
    columns: {
      market: required(market(({ ticker }) => ticker)),
      event_ticker: text(({ eventTicker }) => eventTicker),
      market_type: text(({ marketType }) => marketType),
      title: text(({ title }) => title),
      subtitle: text(({ subtitle }) => subtitle),
      yes_sub_title: text(({ yesSubTitle }) => yesSubTitle),
      no_sub_title: text(({ noSubTitle }) => noSubTitle),
      /** Left the wire on 2026-01-08; recordings from before have it. */
      category: text(({ category }) => category),
      /**
       * `initialized, active, inactive, closed, determined, disputed, amended, finalized`; the exchange may add
       * values. NULL if no description had a readable one.
       */
      status: text(({ status }) => status),
      /** `yes, no, scalar` or the empty string; an open set. Final only once the status is `finalized`. */
      result: text(({ result }) => result),
      /** Payout of one YES contract. */
      settlement_value: cents(({ settlementValue }) => settlementValue),
      settlement_ts: time(({ settlementTime }) => settlementTime),
      /** The most that one contract can pay. */
      notional_value: cents(({ notionalValue }) => notionalValue),
      created_time: time(({ createdTime }) => createdTime),
      updated_time: time(({ updatedTime }) => updatedTime),
      open_time: time(({ openTime }) => openTime),
      close_time: time(({ closeTime }) => closeTime),
      expiration_time: time(expirationOf),
      latest_expiration_time: time(({ latestExpirationTime }) => latestExpirationTime),
      expected_expiration_time: time(({ expectedExpirationTime }) => expectedExpirationTime),
      occurrence_datetime: time(({ occurrenceTime }) => occurrenceTime),
      settlement_timer_seconds: integer(({ settlementTimerSeconds }) => settlementTimerSeconds),
      expiration_value: text(({ expirationValue }) => expirationValue),
      can_close_early: flag(({ canCloseEarly }) => canCloseEarly),
      early_close_condition: sharedText(({ earlyCloseCondition }) => earlyCloseCondition),
      strike_type: text(({ strikeType }) => strikeType),
      floor_strike: real(({ floorStrike }) => floorStrike),
      cap_strike: real(({ capStrike }) => capStrike),
      /** The strike as a function, in the exchange's words. */
      functional_strike: text(({ functionalStrike }) => functionalStrike),
      /** JSON text of the strike object. */
      custom_strike: text(({ customStrike }) => customStrike),
      /** The end of the time in which trades cost no fee. */
      fee_waiver_expiration_time: time(({ feeWaiverExpirationTime }) => feeWaiverExpirationTime),
      /** The participant that the market is about, by a key of the exchange. */
      primary_participant_key: text(({ primaryParticipantKey }) => primaryParticipantKey),
      price_level_structure: text(({ priceLevelStructure }) => priceLevelStructure),
      /** JSON text of the tick grid: `[{start, end, step}]` in dollars. */
      price_ranges: sharedText(({ priceRanges }) => priceRanges),
      mve_collection_ticker: text(({ mveCollectionTicker }) => mveCollectionTicker),
      /** The legs of a combo are sent only with the combo, so they are stored in its row; JSON text. */
      mve_selected_legs: text(({ mveSelectedLegs }) => mveSelectedLegs),
      /** `default` or `floor`; the exchange may add values. */
      settlement_bounds_type: text(({ settlementBoundsType }) => settlementBoundsType),
      /** The smallest payout of one YES contract. */
      settlement_floor: cents(({ settlementFloor }) => settlementFloor),
      is_provisional: flag(({ isProvisional }) => isProvisional),
      exchange_index: integer(({ exchangeIndex }) => exchangeIndex),
      rules_primary: sharedText(({ rulesPrimary }) => rulesPrimary),
      rules_secondary: sharedText(({ rulesSecondary }) => rulesSecondary)
    },
    // The last two hold only open or unsettled markets, which stay few while the past of a series grows.
    indexes: [
      "market_rows_by_event ON market_rows (event_ticker, market)",
      "market_rows_by_status ON market_rows (status, close_time)",
      "market_rows_open ON market_rows (event_ticker, market) WHERE status = 'active'",
      "market_rows_unsettled ON market_rows (close_time) WHERE coalesce(status, '') NOT IN ('finalized', 'settled')"
    ]
  }),
  "market"
)

const { event_ticker, ...stored } = shownOf(marketRows, "m", ["market", "category", "mve_selected_legs"])

/**
 * The category is the market's own, or its event's, or its series', which is the one that the exchange keeps.
 * A market that was in neither tier since it was last seen keeps its last description.
 */
export const markets = view({
  name: "markets",
  about: "each market's words and terms, as last described",
  key: ["ticker"],
  columns: {
    ticker,
    event_ticker,
    series_ticker: shownAs("text", "e.series_ticker"),
    category: shownAs(
      "text",
      "coalesce(nullif(m.category, ''), nullif(e.category, ''), r.category, e.category)"
    ),
    ...stored,
    ended_at: shownAs("time", endedAt("m")),
    observed_at: alwaysShownAs("time", "s.observed_at"),
    /** When it was last asked for by name and was in neither tier of the exchange; NULL if it was seen since. */
    not_found_at: shownAs(
      "time",
      `CASE WHEN l.asked_at > s.observed_at AND a.asked_at > s.observed_at
        THEN max(l.asked_at, a.asked_at) END`
    )
  },
  from: `FROM market_rows m
    JOIN market_numbers n ON n.market = m.market
    JOIN market_rows_seen s ON s.market = m.market
    LEFT JOIN event_rows e ON e.event_ticker = m.event_ticker
    LEFT JOIN series_rows r ON r.series_ticker = e.series_ticker
    LEFT JOIN market_absences l ON l.market = m.market AND l.tier = 'live'
    LEFT JOIN market_absences a ON a.market = m.market AND a.tier = 'historical'`
})

export const marketHistory = view({
  name: "market_history",
  about: "each market's words and terms, as described from each time of change on",
  key: ["ticker", "seq"],
  columns: { ticker, ...shownOf(marketRows, "v", ["market"]), ...known },
  from: `FROM market_versions v
    JOIN market_numbers n ON n.market = v.market
    JOIN market_version_pages o ON o.seq = v.seq`
})

/**
 * Dollars are rounded to whole ten-thousandths of a cent, because a double multiplied by 100 can be off in the
 * last digit.
 */
export const comboLegs = view({
  name: "combo_legs",
  about: "the outcomes that each combo combines, in the exchange's order",
  key: ["ticker", "leg"],
  columns: {
    ticker,
    leg: alwaysShownAs("integer", "l.key + 1"),
    leg_event_ticker: shownAs("text", "l.value ->> 'event_ticker'"),
    leg_ticker: shownAs("text", "l.value ->> 'market_ticker'"),
    side: shownAs("text", "l.value ->> 'side'"),
    yes_settlement_value: shownAs(
      "cents",
      "round(CAST(l.value ->> 'yes_settlement_value_dollars' AS REAL) * 1000000) / 10000"
    )
  },
  from: `FROM market_rows m
    CROSS JOIN json_each(m.mve_selected_legs) l
    CROSS JOIN market_numbers n ON n.market = m.market
    WHERE m.mve_selected_legs IS NOT NULL`
})
