/** A series object. It kept its spelling; `categories` joined it in 2026-09, the newest times a little before. */

import { each, type ItemKind } from "../wire/items.ts"
import { type EntityOf, salvaging } from "../wire/salvage.ts"
import { decimal, integer, json, name, number, said, shape, text, time } from "../wire/shape.ts"

export const one = shape({
  seriesTicker: ["ticker", name],
  title: ["title", said(text)],
  category: ["category", said(text)],
  categories: ["categories", said(json)],
  tags: ["tags", said(json)],
  frequency: ["frequency", said(text)],
  feeType: ["fee_type", said(text)],
  feeMultiplier: ["fee_multiplier", said(number)],
  contractUrl: ["contract_url", said(text)],
  contractTermsUrl: ["contract_terms_url", said(text)],
  settlementSources: ["settlement_sources", said(json)],
  additionalProhibitions: ["additional_prohibitions", said(json)],
  volume: ["volume_fp", said(decimal)],
  lastUpdatedTime: ["last_updated_ts", said(time)],
  exchangeIndex: ["exchange_index", said(integer)]
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
