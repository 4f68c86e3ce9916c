/**
 * The fees of series and events, and their changes. Some series change their fee when their metadata change. Some
 * events have a fee of their own for a part of their life, in place of that of their series.
 */

import type { FeeTypeJson } from "../wire/wire.ts"
import { type Key, mix, type NonEmpty, pick, unit, whole } from "./chance.ts"
import { DAY, type Us } from "./instant.ts"
import type { Series } from "./lanes.ts"
import type { EventStory } from "./life.ts"

export interface Fee {
  readonly type: FeeTypeJson
  readonly multiplier: number
}

export interface SeriesFeeChange {
  readonly key: Key
  readonly series: Series
  readonly atUs: Us
  readonly fee: Fee
}

export interface EventFeeChange {
  readonly key: Key
  readonly event: EventStory
  readonly atUs: Us
  /** `null` where the fee of the series holds again. */
  readonly fee: Fee | null
}

/** The time between two changes of a series' metadata. */
const TERM: Us = 30 * DAY

/** How long before it takes effect a change of a series' fee is announced. */
const NOTICE: Us = 7 * DAY

/** How far back the exchange lists the changes of series. */
const HISTORY: Us = 365 * DAY

const CHANGING_SERIES = 0.2
const CHANGING_EVENTS = 0.03

const phaseOf = (series: Series): Us => whole(series.key, 86, 0, TERM - 1)

const termAt = (series: Series, at: Us): number => Math.floor((at - phaseOf(series)) / TERM)

const startOf = (series: Series, term: number): Us => phaseOf(series) + term * TERM

/** Returns the time of the last change of a series' metadata, about once a month, on a day of its own. */
export const seriesUpdatedAt = (series: Series, at: Us): Us => startOf(series, termAt(series, at))

const FEES: NonEmpty<Fee> = [
  { type: "quadratic", multiplier: 1 },
  { type: "quadratic_with_maker_fees", multiplier: 1 },
  { type: "quadratic", multiplier: 0.5 },
  { type: "quadratic_with_maker_fees", multiplier: 1.5 }
]

const changes = (series: Series): boolean => unit(series.key, 92) < CHANGING_SERIES

const feeIn = (series: Series, term: number): Fee =>
  changes(series)
    ? pick(mix(series.key, term), 93, FEES)
    : {
        type: unit(series.key, 89) < 0.986 ? "quadratic" : "quadratic_with_maker_fees",
        multiplier: unit(series.key, 88) < 0.02 ? 0.5 : 1
      }

export const seriesFeeAt = (series: Series, at: Us): Fee => feeIn(series, termAt(series, at))

/** Returns the changes of a series' fee that are announced at a time, oldest first: those to come, or those made too. */
export const seriesFeeChanges = (series: Series, at: Us, made: boolean): ReadonlyArray<SeriesFeeChange> => {
  if (!changes(series)) return []
  const announced: Array<SeriesFeeChange> = []
  const last = termAt(series, at + NOTICE)
  for (let term = termAt(series, at) + 1 - (made ? Math.floor(HISTORY / TERM) : 0); term <= last; term++) {
    const fee = feeIn(series, term)
    if (fee !== feeIn(series, term - 1))
      announced.push({ key: mix(series.key, 1000 + term), series, atUs: startOf(series, term), fee })
  }
  return announced
}

const EVENT_FEES: NonEmpty<Fee> = [
  { type: "quadratic_with_maker_fees", multiplier: 1 },
  { type: "quadratic", multiplier: 0.25 }
]

/** Returns all changes of an event's own fee, oldest first. They are announced when the event is created. */
export const eventFeeChanges = (event: EventStory): ReadonlyArray<EventFeeChange> => {
  const { key } = event
  if (event.lane.kind.combo || unit(key, 94) >= CHANGING_EVENTS) return []
  const { closeUs, openUs } = event.facts
  const life = closeUs - openUs
  const from = openUs + Math.floor(life * (0.1 + 0.3 * unit(key, 95)))
  const set = { key: mix(key, 2001), event, atUs: from, fee: pick(key, 96, EVENT_FEES) }
  return unit(key, 97) < 0.5
    ? [set]
    : [set, { key: mix(key, 2002), event, atUs: from + Math.floor(life / 3), fee: null }]
}

/** Returns the event's own fee at a time: `null` once that of the series holds again, `undefined` before any. */
export const eventFeeAt = (event: EventStory, at: Us): Fee | null | undefined =>
  eventFeeChanges(event).findLast(({ atUs }) => atUs <= at)?.fee
