/**
 * Parses lengths of time as people type them: `5s`, `15 minutes`, `1h30m`, `30d`, `18 months`, `1y`. A number
 * without a unit is refused, because other tools read it in different units.
 */
import type { SlotSeconds } from "./time.ts"

/**
 * A length of time. Months are kept apart from seconds, because the length of a month depends on the
 * calendar.
 */
export interface Age {
  readonly months: number
  readonly seconds: number
}

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const units: ReadonlyArray<{ readonly names: ReadonlyArray<string>; readonly is: Age }> = [
  { names: ["s", "sec", "secs", "second", "seconds"], is: { months: 0, seconds: 1 } },
  { names: ["m", "min", "mins", "minute", "minutes"], is: { months: 0, seconds: MINUTE } },
  { names: ["h", "hr", "hrs", "hour", "hours"], is: { months: 0, seconds: HOUR } },
  { names: ["d", "day", "days"], is: { months: 0, seconds: DAY } },
  { names: ["w", "week", "weeks"], is: { months: 0, seconds: 7 * DAY } },
  { names: ["mo", "mos", "month", "months"], is: { months: 1, seconds: 0 } },
  { names: ["y", "yr", "yrs", "year", "years"], is: { months: 12, seconds: 0 } }
]

const ONE_PART = /(\d{1,12}(?:\.\d{1,3})?)\s*([a-z]+)\s*/gi
const ALL_PARTS = /^\s*(?:\d{1,12}(?:\.\d{1,3})?\s*[a-z]+\s*)+$/i
const NUMBER = /^\s*[+-]?\d+(?:\.\d+)?\s*$/

/** The longest age that is accepted, in years. A longer one is taken for a typing error. */
const YEARS_MAX = 100

/**
 * Finds the unit that a word names. `M` is refused, because other tools use it for months; `m` is a minute.
 */
const unitOf = (word: string): Age | undefined =>
  word === "M" ? undefined : units.find(({ names }) => names.includes(word.toLowerCase()))?.is

const isTooLong = ({ months, seconds }: Age): boolean => months / 12 + seconds / (365 * DAY) > YEARS_MAX

/** Explains why a text is not an age. The result completes a sentence whose subject is the option. */
const lackOf = (text: string): string => {
  if (NUMBER.test(text)) {
    return `needs a unit: ${text.trim()}s, ${text.trim()}m (minutes), ${text.trim()}h, ${text.trim()}d, ${text.trim()}w, ${text.trim()}mo (months) or ${text.trim()}y`
  }
  if (/^\s*\d+\s*M\s*$/.test(text)) return "must say m for minutes or mo for months"
  return "must be a length of time such as 90s, 15m (minutes), 12h, 30d, 2w, 6mo (months) or 1y"
}

/** Parses an age. The result is the age, or `wrong` with the reason why the text is refused. */
export const parseAge = (text: string): Age | { readonly wrong: string } => {
  if (!ALL_PARTS.test(text)) return { wrong: lackOf(text) }
  let [months, seconds] = [0, 0]
  for (const [, number = "", word = ""] of text.matchAll(ONE_PART)) {
    const unit = unitOf(word)
    if (unit === undefined) return { wrong: lackOf(text) }
    months += Number(number) * unit.months
    seconds += Number(number) * unit.seconds
  }
  if (!Number.isInteger(months)) return { wrong: "must be in whole months" }
  const age = { months, seconds }
  return isTooLong(age) ? { wrong: `must be at most ${YEARS_MAX} years` } : age
}

/**
 * Subtracts an age from a time, in UTC. Where the earlier month has no such day (31 March minus one month),
 * the last day of that month is taken.
 */
export const before = (time: SlotSeconds, { months, seconds }: Age): SlotSeconds => {
  const at = new Date(time * 1000)
  const day = at.getUTCDate()
  at.setUTCDate(1)
  at.setUTCMonth(at.getUTCMonth() - months)
  const daysInMonth = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()
  at.setUTCDate(Math.min(day, daysInMonth))
  return Math.floor(at.getTime() / 1000 - seconds)
}

/** Subtracts an age from a time, and from a day of age on also what then remains of the day, in UTC. */
export const dayBefore = (time: SlotSeconds, age: Age): SlotSeconds => {
  const earlier = before(time, age)
  return time - earlier < DAY ? earlier : Math.floor(earlier / DAY) * DAY
}
