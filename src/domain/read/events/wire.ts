/** An event object; its fields have kept their spelling through every era seen. */

import { each, type ItemKind, type Located, one } from "../wire/items.ts"
import { type EntityOf, salvaging } from "../wire/salvage.ts"
import { flag, integer, json, name, nullable, number, reference, shape, text, time } from "../wire/shape.ts"

export const event = shape({
  eventTicker: ["event_ticker", name],
  seriesTicker: ["series_ticker", nullable(reference)],
  title: ["title", nullable(text)],
  subTitle: ["sub_title", nullable(text)],
  // Deprecated on events, still sent; the series' category is the one that the exchange keeps.
  category: ["category", nullable(text)],
  mutuallyExclusive: ["mutually_exclusive", nullable(flag)],
  collateralReturnType: ["collateral_return_type", nullable(text)],
  strikeTime: ["strike_date", nullable(time)],
  strikePeriod: ["strike_period", nullable(text)],
  lastUpdatedTime: ["last_updated_ts", nullable(time)],
  exchangeIndex: ["exchange_index", nullable(integer)],
  settlementSources: ["settlement_sources", nullable(json)],
  productMetadata: ["product_metadata", nullable(json)],
  // Each beats the value of the series, where it is sent and not null.
  feeTypeOverride: ["fee_type_override", nullable(text)],
  feeMultiplierOverride: ["fee_multiplier_override", nullable(number)]
})

/** An event: the question that a group of markets answers. It has no status of its own. */
export type Event = EntityOf<typeof event, "eventTicker">

/** Events in a listing, or the one that was asked for. */
export const eventsIn = (body: unknown): ReadonlyArray<Located> => [
  ...each(body, "events"),
  ...one(body, "event")
]

export const events: ItemKind<Event> = {
  keys: ["events", "event"],
  locate: eventsIn,
  decode: event.decode,
  salvage: salvaging(event, "eventTicker")
}
