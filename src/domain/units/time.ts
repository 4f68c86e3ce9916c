/**
 * Time as text. Everything here is UTC; the tables hold two forms of fixed width, so that text sorts
 * as time does: `2026-11-22T12:15:00Z` for slots, `2026-11-22T12:15:00.123456Z` for all other times.
 */

/** A slot: whole seconds since 1970-01-01T00:00:00Z. */
export type SlotSeconds = number

const WIRE_TIME =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3])(?::[0-5]\d){2})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/

/**
 * The usual form of a time. A time in this form is converted without splitting it into parts, which saves
 * garbage.
 */
const USUAL_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3])(?::[0-5]\d){2}(?:\.\d{6})?Z$/

/** Date rolls February 30 over into March; what it gives back then is another day. */
const onCalendar = (seconds: string): boolean =>
  seconds.slice(8, 10) < "29" || new Date(`${seconds}Z`).toISOString().startsWith(seconds)

/**
 * Converts a time of the wire (RFC 3339; digits below the microsecond are dropped) to the fixed width of the
 * tables. Returns `undefined` if the text is not such a time or lies outside the years 0000 to 9999. The
 * empty string stays as it is: the exchange sends it, and it is not null.
 */
export const normaliseTime = (text: string): string | undefined => {
  if (text === "") return ""
  if (USUAL_TIME.test(text)) return text.length === 20 ? `${text.slice(0, 19)}.000000Z` : text
  const match = WIRE_TIME.exec(text)
  if (match === null) return undefined
  const [, seconds = "", fraction = "", zone] = match
  if (!onCalendar(seconds)) return undefined
  const micros = fraction.slice(0, 6).padEnd(6, "0")
  if (zone === "Z") return `${seconds}.${micros}Z`
  const utc = new Date(`${seconds}${zone}`)
  const iso = Number.isNaN(utc.getTime()) ? "" : utc.toISOString()
  return iso.length === 24 ? `${iso.slice(0, 19)}.${micros}Z` : undefined
}

/** Formats microseconds since the epoch as `2026-11-22T12:15:00.123456Z`. */
export const isoMicros = (epochMicros: number): string => {
  const millis = Math.floor(epochMicros / 1000)
  const micros = epochMicros - millis * 1000
  return `${new Date(millis).toISOString().slice(0, 23)}${String(micros).padStart(3, "0")}Z`
}

/** Formats whole seconds since 1970 in the form of the tables: `2026-11-22T12:15:00.000000Z`. */
export const timeText = (seconds: number): string => isoMicros(seconds * 1_000_000)

const isoSeconds = (epochSeconds: number): string => new Date(epochSeconds * 1000).toISOString().slice(0, 19)

/** Formats a slot as `2026-11-22T12:15:00Z`. */
export const slotText = (slot: SlotSeconds): string => `${isoSeconds(slot)}Z`

/** Parses a slot of the form `2026-11-22T12:15:00Z`. */
export const slotSeconds = (text: string): SlotSeconds => Date.parse(text) / 1000

/** Parses an ISO 8601 time as milliseconds since 1970. */
export const epochMillis = (text: string): number => Date.parse(text)

/**
 * Parses a time of the tables, `2026-11-22T12:15:00.123456Z`, as whole microseconds; NaN for the empty
 * string.
 */
export const epochMicros = (time: string): number =>
  Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(time.slice(20, 26))

/** Returns the last boundary of the grid of `interval` seconds at or before `epochMillis`. */
export const boundaryAtOrBefore = (epochMillis: number, interval: number): SlotSeconds =>
  Math.floor(epochMillis / 1000 / interval) * interval

const DAY_SECONDS = 24 * 60 * 60

export const sameUtcDay = (one: SlotSeconds, other: SlotSeconds): boolean =>
  Math.floor(one / DAY_SECONDS) === Math.floor(other / DAY_SECONDS)

/** Returns the earlier of two times. A time that is `null` or `undefined` is not known, and is ignored. */
export const earlier = <N extends null | undefined>(one: SlotSeconds | N, other: SlotSeconds | N) =>
  one == null ? other : other == null ? one : Math.min(one, other)

/** Returns the later of two times. A time that is `null` or `undefined` is not known, and is ignored. */
export const later = <N extends null | undefined>(one: SlotSeconds | N, other: SlotSeconds | N) =>
  one == null ? other : other == null ? one : Math.max(one, other)
