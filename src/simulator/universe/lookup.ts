/** Which events and markets of the endless lanes concern a span of time. Arithmetic, with nothing remembered. */
import { DAY, type Us } from "./instant.ts"
import { createdAt, generationAt, type Lane, opensAt, type Series } from "./lanes.ts"
import { type EventStory, eventOf, longestAfterlife, type MarketStory } from "./life.ts"

/** Returns the newest generation of the lane that was created by this time. */
export const newestAt = (lane: Lane, at: Us): number => {
  // An event is created ahead of its opening, but never by more than half a period and some minutes, so at
  // most one generation is ahead.
  let generation = generationAt(lane, at) + 2
  while (createdAt(lane, generation) > at) generation--
  return generation
}

/**
 * Returns the events of the lane created by `at` that may have a market unsettled at `since`, newest first.
 */
export const eventsSince = (lane: Lane, since: Us, at: Us): ReadonlyArray<EventStory> => {
  const events: Array<EventStory> = []
  for (let g = newestAt(lane, at); opensAt(lane, g + 1) + longestAfterlife(lane) >= since; g--) {
    events.push(eventOf(lane, g))
  }
  return events
}

/** Returns the longest time by which a close of the lane is put off. */
const longestDelay = (lane: Lane): Us => (lane.period < DAY ? 0 : DAY)

/** Returns the markets of the lane that are open at some time from `from` to `to`, both included. */
export const marketsOpenIn = (lane: Lane, from: Us, to: Us): ReadonlyArray<MarketStory> => {
  const open: Array<MarketStory> = []
  for (let g = generationAt(lane, to); opensAt(lane, g + 1) + longestDelay(lane) >= from; g--) {
    for (const market of eventOf(lane, g).markets) if (market.closeUs >= from) open.push(market)
  }
  return open
}

/** Returns the markets of the lanes finalized at or after `from` and before `to`, in order of settlement. */
export const settledIn = (lanes: ReadonlyArray<Lane>, from: Us, to: Us): Array<MarketStory> =>
  lanes
    .flatMap((lane) => eventsSince(lane, from, to))
    .flatMap((event) => event.markets)
    .filter((market) => market.finalizedUs >= from && market.finalizedUs < to)
    .sort((a, b) => a.finalizedUs - b.finalizedUs || (a.ticker < b.ticker ? -1 : 1))

export type SeriesByTicker = ReadonlyMap<string, Series>

export const indexed = (series: ReadonlyArray<Series>): SeriesByTicker =>
  new Map(series.map((one) => [one.ticker, one]))

/**
 * Returns the lanes of the series whose ticker comes before the first dash of an event's or a market's
 * ticker.
 */
export const lanesOf = (byTicker: SeriesByTicker, ticker: string): ReadonlyArray<Lane> =>
  byTicker.get(ticker.split("-", 1)[0] ?? "")?.lanes ?? []

/**
 * Returns the event with that ticker, if it was created by `at` and is not certainly settled before `since`.
 */
export const findEvent = (
  byTicker: SeriesByTicker,
  ticker: string,
  since: Us,
  at: Us
): EventStory | undefined =>
  lanesOf(byTicker, ticker)
    .flatMap((lane) => eventsSince(lane, since, at))
    .find((event) => event.ticker === ticker)

/**
 * Returns the market with that ticker, if it was created by `at` and is not certainly settled before `since`.
 */
export const findMarket = (
  byTicker: SeriesByTicker,
  ticker: string,
  since: Us,
  at: Us
): MarketStory | undefined => {
  for (const lane of lanesOf(byTicker, ticker)) {
    for (const event of eventsSince(lane, since, at)) {
      if (!ticker.startsWith(`${event.ticker}-`)) continue
      const market = event.markets.find((one) => one.ticker === ticker && one.createdUs <= at)
      if (market !== undefined) return market
    }
  }
  return undefined
}
