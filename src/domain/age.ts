/**
 * Lengths of time as people type them: `5s`, `15 minutes`, `1h30m`, `30d`, `18 months`, `1y`. A number alone
 * has no meaning, for each tool takes it for another unit.
 */
import type { SlotSeconds } from "./time.ts"

/** Months are kept apart from seconds, because how long one is depends on the calendar. */
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

/** More is a slip of the finger: nothing here is as old. */
const YEARS_MAX = 100

/** `M` is a month elsewhere and a minute nowhere; `m` is a minute. */
const unitOf = (word: string): Age | undefined =>
  word === "M" ? undefined : units.find(({ names }) => names.includes(word.toLowerCase()))?.is

const isTooLong = ({ months, seconds }: Age): boolean => months / 12 + seconds / (365 * DAY) > YEARS_MAX

/** What a text that is no age lacks, as half a sentence. */
const lackOf = (text: string): string => {
  if (NUMBER.test(text)) {
    return `needs a unit: ${text.trim()}s, ${text.trim()}m (minutes), ${text.trim()}h, ${text.trim()}d, ${text.trim()}w, ${text.trim()}mo (months) or ${text.trim()}y`
  }
  if (/^\s*\d+\s*M\s*$/.test(text)) return "must say m for minutes or mo for months"
  return "must be a length of time such as 90s, 15m (minutes), 12h, 30d, 2w, 6mo (months) or 1y"
}

/** An age, or what is wrong with it. */
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

/** So long before a time. A month before the 31st is the last day of a shorter month. */
export const before = (time: SlotSeconds, { months, seconds }: Age): SlotSeconds => {
  const at = new Date(time * 1000)
  const day = at.getUTCDate()
  at.setUTCDate(1)
  at.setUTCMonth(at.getUTCMonth() - months)
  const daysInMonth = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()
  at.setUTCDate(Math.min(day, daysInMonth))
  return Math.floor(at.getTime() / 1000 - seconds)
}
