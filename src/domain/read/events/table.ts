/** `events`: the questions that markets answer, as last described. */
import { flag, integer, real, required, text, time } from "../column.ts"
import { entityTable } from "../table.ts"
import { known, versioned } from "../versions.ts"
import { alwaysShownAs, shownAs, shownOf, view } from "../view.ts"
import type { Event } from "./wire.ts"

export const eventRows = versioned(
  entityTable<Event>()({
    name: "event_rows",
    columns: {
      event_ticker: required(text(({ eventTicker }) => eventTicker)),
      series_ticker: text(({ seriesTicker }) => seriesTicker),
      title: text(({ title }) => title),
      sub_title: text(({ subTitle }) => subTitle),
      category: text(({ category }) => category),
      mutually_exclusive: flag(({ mutuallyExclusive }) => mutuallyExclusive),
      /** `MECNET`, `DIRECNET` or the empty string; an open set. */
      collateral_return_type: text(({ collateralReturnType }) => collateralReturnType),
      strike_date: time(({ strikeTime }) => strikeTime),
      strike_period: text(({ strikePeriod }) => strikePeriod),
      last_updated_ts: time(({ lastUpdatedTime }) => lastUpdatedTime),
      exchange_index: integer(({ exchangeIndex }) => exchangeIndex),
      /** JSON text of an array of `{name, url}`; since 2026-06-18. */
      settlement_sources: text(({ settlementSources }) => settlementSources),
      /** JSON text of an object: of a game, its competition and scope. */
      product_metadata: text(({ productMetadata }) => productMetadata),
      /** The event's own fee type. NULL: that of its series. */
      fee_type_override: text(({ feeTypeOverride }) => feeTypeOverride),
      /** The event's own factor on the usual fee. NULL: that of its series. */
      fee_multiplier_override: real(({ feeMultiplierOverride }) => feeMultiplierOverride)
    },
    indexes: ["event_rows_by_series ON event_rows (series_ticker)"],
    // Existing databases have it so; making it STRICT would rebuild the table and gain nothing.
    strict: false
  }),
  "event"
)

const stored = shownOf(eventRows, "e")

export const events = view({
  name: "events",
  about: "the questions that markets answer, as last described",
  key: ["event_ticker"],
  columns: {
    ...stored,
    // Replaces the stored category in its place.
    category: shownAs("text", "coalesce(nullif(e.category, ''), r.category, e.category)"),
    observed_at: alwaysShownAs("time", "s.observed_at")
  },
  from: `FROM event_rows e
    JOIN event_rows_seen s ON s.event_ticker = e.event_ticker
    LEFT JOIN series_rows r ON r.series_ticker = e.series_ticker`
})

export const eventHistory = view({
  name: "event_history",
  about: "the questions that markets answer, as described from each time of change on",
  key: ["event_ticker", "seq"],
  columns: { ...shownOf(eventRows, "v"), ...known },
  from: "FROM event_versions v JOIN event_version_pages o ON o.seq = v.seq"
})
