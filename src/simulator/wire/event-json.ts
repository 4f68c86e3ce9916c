/** Events and series as the exchange writes them. */
import { unit, whole } from "../universe/chance.ts"
import { eventFeeAt, eventFeeChanges, seriesFeeAt, seriesUpdatedAt } from "../universe/fees.ts"
import { rfc3339, type Us } from "../universe/instant.ts"
import type { EventWords } from "../universe/kind.ts"
import type { Series } from "../universe/lanes.ts"
import type { EventStory } from "../universe/life.ts"
import type { Draft, EventJson, SeriesJson } from "./wire.ts"

/** The words of the last event. They are requested for each market of an event in turn, and are long. */
let last: { readonly event: EventStory; readonly words: EventWords } | undefined

export const wordsOf = (event: EventStory): EventWords => {
  if (last?.event !== event) last = { event, words: event.lane.kind.eventWords(event.facts) }
  return last.words
}

/** Returns the collection that a series of combos belongs to. */
export const collectionOf = (seriesTicker: string): string => `${seriesTicker}-R`

/** Returns the time of the last change of an event's metadata: its creation, its opening, a change of its fee. */
export const eventUpdatedAt = (event: EventStory, at: Us): Us =>
  eventFeeChanges(event).findLast(({ atUs }) => atUs <= at)?.atUs ??
  (at >= event.facts.openUs ? event.facts.openUs : event.createdUs + 9_134)

export const eventDraft = (event: EventStory, at: Us): Draft<EventJson> => {
  const { kind } = event.lane
  const words = wordsOf(event)
  const sports = kind.category === "Sports"
  const dated = unit(event.key, 80) < 0.6
  const fee = eventFeeAt(event, at)
  return {
    available_on_brokers: false,
    category: unit(event.key, 81) < 0.98 ? kind.category : undefined,
    collateral_return_type: event.exclusive ? "MECNET" : unit(event.key, 82) < 0.2 ? "DIRECNET" : "",
    event_ticker: event.ticker,
    exchange_index: kind.shard,
    fee_multiplier_override: fee === null ? null : fee?.multiplier,
    fee_type_override: fee === null ? null : fee?.type,
    last_updated_ts: rfc3339(eventUpdatedAt(event, at)),
    mutually_exclusive: event.exclusive,
    product_metadata: sports
      ? { competition: event.facts.subject, competition_scope: "Game" }
      : unit(event.key, 83) < 0.1
        ? null
        : undefined,
    series_ticker: event.lane.series.ticker,
    settlement_sources: kind.sources,
    strike_date: dated ? rfc3339(event.facts.closeUs) : unit(event.key, 84) < 0.1 ? null : undefined,
    strike_period: dated ? "" : unit(event.key, 85) < 0.5 ? words.subTitle : undefined,
    sub_title: words.subTitle,
    title: words.title
  }
}

export const seriesDraft = (series: Series, at: Us, volume: boolean): Draft<SeriesJson> => {
  const { kind } = series
  const fee = seriesFeeAt(series, at)
  return {
    additional_prohibitions:
      unit(series.key, 87) < 0.2
        ? null
        : [
            "Persons who are employed by any of the Source Agencies are not permitted to trade on the Contract.",
            "Persons who hold any material, non-public information on the Underlying are not permitted to trade on the Contract.",
            "Persons who can influence the outcome of the Underlying are not permitted to trade on the Contract."
          ],
    categories: kind.category === "Exotics" ? [] : [kind.category],
    category: kind.category,
    contract_terms_url: `https://kalshi-public-docs.s3.amazonaws.com/contract_terms/${series.ticker}.pdf`,
    contract_url: `https://kalshi-public-docs.s3.us-east-1.amazonaws.com/regulatory/product-certifications/${series.ticker}.pdf`,
    exchange_index: kind.shard,
    fee_multiplier: fee.multiplier,
    fee_type: fee.type,
    frequency: kind.frequency,
    last_updated_ts: rfc3339(seriesUpdatedAt(series, at)),
    product_metadata: unit(series.key, 90) < 0.1 ? null : undefined,
    settlement_sources: kind.sources,
    tags: kind.tags,
    ticker: series.ticker,
    title: kind.seriesTitle(series.subject),
    volume_fp: volume ? `${whole(series.key, 91, 0, 9_000_000)}.00` : undefined
  }
}
