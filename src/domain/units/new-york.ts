/**
 * New York's clock, by which the exchange has its hours and its days: four or five hours behind UTC, with
 * days of 23 and 25 hours when it is changed.
 */
import { DateTime } from "effect"

const zone = DateTime.zoneUnsafeMakeNamed("America/New_York")

const local = (epochSeconds: number): DateTime.Zoned =>
  DateTime.unsafeMakeZoned(epochSeconds * 1000, { timeZone: zone })

export interface LocalTime {
  /** 0 is Sunday. */
  readonly weekday: number
  /** Whole minutes that the clock shows, 0 to 1439. */
  readonly minute: number
}

/** What the clock shows at a moment in seconds since the epoch. */
export const newYorkTime = (epochSeconds: number): LocalTime => {
  const { hours, minutes, weekDay } = DateTime.toParts(local(epochSeconds))
  return { weekday: weekDay, minute: hours * 60 + minutes }
}

/** The last midnight of New York at or before a moment; both in seconds since the epoch. */
export const newYorkMidnight = (epochSeconds: number): number =>
  DateTime.toEpochMillis(DateTime.startOf(local(epochSeconds), "day")) / 1000
