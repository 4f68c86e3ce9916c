/** Times that a program asks about or is given, always in UTC. */
import type { DateTime } from "effect"
import { epochMicros } from "./time.ts"

/**
 * A time in UTC. The exchange sends times to the microsecond and `DateTime.Utc` has milliseconds, so the text
 * of the tables is given as well: two times are the same if their texts are.
 */
export interface UtcTime {
  /** The time without the digits below the millisecond. */
  readonly utc: DateTime.Utc
  /** Every digit: `2026-11-22T12:15:00.123456Z`. Texts sort as the times do. */
  readonly iso: string
}

/** A time to ask about; a `DateTime.Utc` stands for the first microsecond of its millisecond. */
export type Moment = DateTime.Utc | UtcTime

/** The times from `from` up to, but not including, `to`, to the microsecond. */
export interface TimeRange {
  readonly from: Moment
  readonly to: Moment
}

/** Years of more than four digits would not sort as text. */
const EPOCH_MILLIS_MIN = Date.parse("0000-01-01T00:00:00.000Z")
const EPOCH_MILLIS_MAX = Date.parse("9999-12-31T23:59:59.999Z")

/** Returns a moment as the tables write it. Moments of other years become the nearest that they can write. */
export const momentText = (moment: Moment): string => {
  if ("iso" in moment) return moment.iso
  const millis = Math.min(Math.max(moment.epochMillis, EPOCH_MILLIS_MIN), EPOCH_MILLIS_MAX)
  return `${new Date(millis).toISOString().slice(0, 23)}000Z`
}

/** Returns a moment in microseconds since the epoch. */
export const momentMicros = (moment: Moment): number => epochMicros(momentText(moment))

/** Returns the first whole second at or after a moment, since the epoch. */
export const secondFrom = (moment: Moment): number => Math.ceil(momentMicros(moment) / 1_000_000)

/** Returns the last whole second at or before a moment, since the epoch. */
export const secondUpTo = (moment: Moment): number => Math.floor(momentMicros(moment) / 1_000_000)
