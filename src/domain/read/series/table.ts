/** `series`: kinds of events with their contract, sources and fees, as last described. */
import { contracts, integer, real, required, text, time } from "../column.ts"
import { entityTable } from "../table.ts"
import { known, versioned } from "../versions.ts"
import { alwaysShownAs, shownOf, view } from "../view.ts"
import type { Series } from "./wire.ts"

export const seriesRows = versioned(
  entityTable<Series>()({
    name: "series_rows",
    columns: {
      series_ticker: required(text(({ seriesTicker }) => seriesTicker)),
      title: text(({ title }) => title),
      category: text(({ category }) => category),
      /** JSON text of an array of names; NULL before 2026-09. */
      categories: text(({ categories }) => categories),
      /** JSON text of an array of names. */
      tags: text(({ tags }) => tags),
      frequency: text(({ frequency }) => frequency),
      /** `quadratic`, `flat` and others; an open set. */
      fee_type: text(({ feeType }) => feeType),
      fee_multiplier: real(({ feeMultiplier }) => feeMultiplier),
      contract_url: text(({ contractUrl }) => contractUrl),
      contract_terms_url: text(({ contractTermsUrl }) => contractTermsUrl),
      /** JSON text of an array of `{name, url}`. */
      settlement_sources: text(({ settlementSources }) => settlementSources),
      /** JSON text of an array of sentences. */
      additional_prohibitions: text(({ additionalProhibitions }) => additionalProhibitions),
      /** JSON text of an object. It is sent only where a request asks for it. */
      product_metadata: text(({ productMetadata }) => productMetadata),
      /** Contracts ever traded; NULL unless the last request asked for it. */
      volume: contracts(({ volume }) => volume),
      last_updated_ts: time(({ lastUpdatedTime }) => lastUpdatedTime),
      exchange_index: integer(({ exchangeIndex }) => exchangeIndex)
    }
  }),
  "series"
)

export const series = view({
  name: "series",
  about: "kinds of events with their contract, sources and fees, as last described",
  key: ["series_ticker"],
  columns: { ...shownOf(seriesRows, "r"), observed_at: alwaysShownAs("time", "s.observed_at") },
  from: "FROM series_rows r JOIN series_rows_seen s ON s.series_ticker = r.series_ticker"
})

export const seriesHistory = view({
  name: "series_history",
  about: "kinds of events with their contract and fees, as described from each time of change on",
  key: ["series_ticker", "seq"],
  columns: { ...shownOf(seriesRows, "v"), ...known },
  from: "FROM series_versions v JOIN series_version_pages o ON o.seq = v.seq"
})
