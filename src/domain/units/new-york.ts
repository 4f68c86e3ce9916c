/**
 * The local time of New York, which the exchange uses for its hours and days. It is four or five hours behind
 * UTC, and days on which daylight saving begins or ends have 23 or 25 hours.
 */
import { DateTime } from "effect"

const zone = DateTime.zoneUnsafeMakeNamed("America/New_York")

const local = (epochSeconds: number): DateTime.Zoned =>
  DateTime.unsafeMakeZoned(epochSeconds * 1000, { timeZone: zone })

export interface LocalTime {
  /** 0 is Sunday. */
  readonly weekday: number
  /** The minute of the day, 0 to 1439. */
  readonly minute: number
}

/** Returns New York's local time for a time in seconds since the epoch. */
export const newYorkTime = (epochSeconds: number): LocalTime => {
  const { hours, minutes, weekDay } = DateTime.toParts(local(epochSeconds))
  return { weekday: weekDay, minute: hours * 60 + minutes }
}

/** Returns the last midnight of New York at or before a time; both are in seconds since the epoch. */
export const newYorkMidnight = (epochSeconds: number): number =>
  DateTime.toEpochMillis(DateTime.startOf(local(epochSeconds), "day")) / 1000
