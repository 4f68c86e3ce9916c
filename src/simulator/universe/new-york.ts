/** The local time of New York, which decides the exchange's days and its weekly pause. */

const CLOCK = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  weekday: "short",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23"
})

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S

interface Local {
  readonly weekday: string
  /** The local time shown in New York, read as if it were UTC, in Unix seconds. */
  readonly shownS: number
}

const localOf = (seconds: number): Local => {
  const parts = CLOCK.formatToParts(seconds * 1000)
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? ""
  const number = (type: string): number => Number(part(type))
  const shownMs = Date.UTC(
    number("year"),
    number("month") - 1,
    number("day"),
    number("hour"),
    number("minute"),
    number("second")
  )
  return { weekday: part("weekday"), shownS: shownMs / 1000 }
}

/** Tells whether the weekly pause applies: Thursday from 03:00 to 05:00 in New York. */
export const inWeeklyPause = (seconds: number): boolean => {
  const { shownS, weekday } = localOf(seconds)
  const hour = Math.floor((shownS % DAY_S) / HOUR_S)
  return weekday === "Thu" && (hour === 3 || hour === 4)
}

/** Returns the last midnight of New York at or before a second, in Unix seconds. */
export const midnightBy = (seconds: number): number => {
  const { shownS } = localOf(seconds)
  const shownMidnight = Math.floor(shownS / DAY_S) * DAY_S
  // Daylight saving begins and ends after midnight, so the offset of that midnight applies.
  const guess = shownMidnight - (shownS - seconds)
  return guess - (localOf(guess).shownS - shownMidnight)
}

/** Returns the midnight after a midnight. Days have 23 to 25 hours. */
export const nextMidnight = (midnight: number): number => midnightBy(midnight + DAY_S + 2 * HOUR_S)
