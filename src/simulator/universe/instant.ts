/**
 * Instants of the simulation: whole microseconds since 1970, UTC. The exchange stamps with up to six fractional
 * digits, and whole microseconds up to the year 2255 are exact in a number.
 */

export type Us = number

export const SECOND: Us = 1_000_000
export const MINUTE: Us = 60 * SECOND
export const HOUR: Us = 60 * MINUTE
export const DAY: Us = 24 * HOUR

/**
 * The grid on which quotes move. `/markets` answers may be this old on the wire (cache-control max-age=15).
 */
export const QUOTE_GRID: Us = 15 * SECOND

export const usOfMs = (ms: number): Us => Math.floor(ms * 1000)

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"] as const
const SHORT = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`)

/**
 * Caches a text for each day, because a page of a thousand markets names the same few days thousands of
 * times.
 */
const perDay = (textOf: (date: Date) => string): ((at: Us) => string) => {
  const known = new Map<number, string>()
  return (at) => {
    const day = Math.floor(at / DAY)
    const before = known.get(day)
    if (before !== undefined) return before
    if (known.size > 4096) known.clear()
    const text = textOf(new Date(day * 86_400_000))
    known.set(day, text)
    return text
  }
}

const isoDay = perDay((date) => date.toISOString().slice(0, 11))

/**
 * Returns the time as the exchange writes it: RFC 3339 in UTC with 0 to 6 fractional digits and no trailing
 * zeros.
 */
export const rfc3339 = (at: Us): string => {
  const day = Math.floor(at / DAY)
  const second = Math.floor((at - day * DAY) / SECOND)
  const micros = at % SECOND
  const clock = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`
  if (micros === 0) return `${isoDay(at)}${clock}Z`
  return `${isoDay(at)}${clock}.${micros.toString().padStart(6, "0").replace(/0+$/, "")}Z`
}

/** Returns the day as tickers contain it: `26NOV22`. */
export const dayCode = perDay(
  (date) => `${two(date.getUTCFullYear() % 100)}${MONTHS[date.getUTCMonth()] ?? ""}${two(date.getUTCDate())}`
)

const minuteOfDay = (at: Us): number => Math.floor((at % DAY) / MINUTE)

/** Returns the minute as the tickers of short-lived events contain it: `26NOV221415`. */
export const minuteCode = (at: Us): string =>
  `${dayCode(at)}${two(Math.floor(minuteOfDay(at) / 60))}${two(minuteOfDay(at) % 60)}`

/** Returns the day as titles and rules contain it: `Nov 22, 2026`. */
export const spokenDay = perDay(
  (date) => `${SHORT[date.getUTCMonth()] ?? ""} ${date.getUTCDate()}, ${date.getUTCFullYear()}`
)

/** Returns the minute as titles contain it: `14:15 UTC`. */
export const spokenMinute = (at: Us): string =>
  `${two(Math.floor(minuteOfDay(at) / 60))}:${two(minuteOfDay(at) % 60)} UTC`
