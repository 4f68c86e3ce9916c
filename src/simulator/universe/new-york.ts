/** New York's clock, which the exchange's days and its weekly pause go by. */

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
  /** As a clock in New York shows it, counted as if it stood in UTC; Unix seconds. */
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

/** Trading pauses on Thursday from 03:00 to 05:00. */
export const inWeeklyPause = (seconds: number): boolean => {
  const { shownS, weekday } = localOf(seconds)
  const hour = Math.floor((shownS % DAY_S) / HOUR_S)
  return weekday === "Thu" && (hour === 3 || hour === 4)
}

/** The last midnight of New York until a second, that one included; Unix seconds. */
export const midnightBy = (seconds: number): number => {
  const { shownS } = localOf(seconds)
  const shownMidnight = Math.floor(shownS / DAY_S) * DAY_S
  // The clocks are changed after midnight: what they are off by is what they were off by then.
  const guess = shownMidnight - (shownS - seconds)
  return guess - (localOf(guess).shownS - shownMidnight)
}

/** The midnight after a midnight: days have 23 to 25 hours. */
export const nextMidnight = (midnight: number): number => midnightBy(midnight + DAY_S + 2 * HOUR_S)
