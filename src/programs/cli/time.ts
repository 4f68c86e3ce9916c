/** Parses ages, intervals and times as values of options. */
import { type Age, before, parseAge } from "../../domain/units/age.ts"
import { epochMillis, normaliseTime, type SlotSeconds } from "../../domain/units/time.ts"
import { wanted } from "./option.ts"

export const age = (words: string): Age => {
  const parsed = parseAge(words)
  return "wrong" in parsed ? wanted(parsed.wrong) : parsed
}

const DAY_SECONDS = 24 * 60 * 60

/**
 * Parses an interval between slots, in seconds. Slots begin at the multiples of the interval since midnight
 * UTC.
 */
export const interval = (words: string): number => {
  const { months, seconds } = age(words)
  return months === 0 && Number.isInteger(seconds) && seconds >= 1 && seconds <= DAY_SECONDS
    ? seconds
    : wanted("must be from 1s to 24h, in whole seconds, such as 5s, 15m or 1h")
}

/** Parses the time between two flushes, in seconds. 0 is never. */
export const pace = (words: string): number => {
  const { months, seconds } = age(words)
  return months === 0 && Number.isInteger(seconds) && seconds <= DAY_SECONDS
    ? seconds
    : wanted("must be at most 24h, in whole seconds, such as 15m or 1h, or 0s for never")
}

/** A time that was typed as a time or as an age. An age is resolved when the program runs. */
export interface TimeOrAge {
  /** The text as typed, without surrounding spaces. */
  readonly words: string
  readonly isAge: boolean
  readonly at: (now: SlotSeconds) => SlotSeconds
}

const DATE = /^\d{4}-\d\d-\d\d$/
const DATE_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/

/**
 * Parses an ISO 8601 date or date-time to seconds since 1970. The result is `undefined` for other text. A
 * time without an offset is in UTC, never in the machine's time zone.
 */
const readTime = (words: string): SlotSeconds | undefined => {
  const [, minutes = "", seconds = ":00", zone = "Z"] =
    DATE_TIME.exec(DATE.test(words) ? `${words}T00:00` : words) ?? []
  const time = normaliseTime(`${minutes}${seconds}${zone}`)
  return time === undefined ? undefined : Math.floor(epochMillis(time) / 1000)
}

export const moment = (typed: string): TimeOrAge => {
  const words = typed.trim()
  const time = readTime(words)
  if (time !== undefined) return { words, isAge: false, at: () => time }
  const parsed = parseAge(words)
  return "wrong" in parsed
    ? wanted("must be a time such as 2026-11-22T00:00:00Z, in UTC, or an age such as 24h or 30d")
    : { words, isAge: true, at: (now) => before(now, parsed) }
}

/** Parses a length of time in whole seconds, up to 10 years. Months and years, which differ in length, are refused. */
export const span = (words: string): number => {
  const { months, seconds } = age(words)
  return months === 0 && Number.isInteger(seconds) && seconds >= 1 && seconds <= 3650 * DAY_SECONDS
    ? seconds
    : wanted("must be from 1s to 3650d, in whole seconds, such as 15m, 1h or 7d")
}
