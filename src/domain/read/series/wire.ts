/** A series object. It kept its spelling; `categories` joined it in 2026-09, the newest times a little before. */

import { each, type ItemKind } from "../wire/items.ts"
import { type EntityOf, salvaging } from "../wire/salvage.ts"
import { decimal, integer, json, name, nullable, number, shape, text, time } from "../wire/shape.ts"

export const one = shape({
  seriesTicker: ["ticker", name],
  title: ["title", nullable(text)],
  category: ["category", nullable(text)],
  categories: ["categories", nullable(json)],
  tags: ["tags", nullable(json)],
  frequency: ["frequency", nullable(text)],
  feeType: ["fee_type", nullable(text)],
  feeMultiplier: ["fee_multiplier", nullable(number)],
  contractUrl: ["contract_url", nullable(text)],
  contractTermsUrl: ["contract_terms_url", nullable(text)],
  settlementSources: ["settlement_sources", nullable(json)],
  additionalProhibitions: ["additional_prohibitions", nullable(json)],
  productMetadata: ["product_metadata", nullable(json)],
  volume: ["volume_fp", nullable(decimal)],
  lastUpdatedTime: ["last_updated_ts", nullable(time)],
  exchangeIndex: ["exchange_index", nullable(integer)]
})

/** A series: events of one kind that recur, with their contract, sources and fees. */
export type Series = EntityOf<typeof one, "seriesTicker">

/** Series in the listing, or the one that was asked for: under one key, a list or an object. */
export const series: ItemKind<Series> = {
  keys: ["series"],
  locate: (body) => each(body, "series"),
  decode: (value, path) => one.decode(value, path),
  salvage: salvaging(one, "seriesTicker")
}
