/** Formats the values of a report for people. A value looks the same in a terminal and on a page. */
import type { ReportCell } from "./document.ts"
import type { Quantity, Unit } from "./quantity.ts"

/** Stands for a value that is unknown or not defined. */
export const UNKNOWN = "–"

/** Digits after the point, unless the quantity says how many. */
const DIGITS: Partial<Readonly<Record<Unit, number>>> = {
  count: 0,
  contracts: 0,
  cents: 1,
  dollars: 0,
  probability: 3,
  share: 1,
  score: 4,
  number: 2
}

/** The sign behind the label of a unit, in heads and on axes. Other units need none, or have it in their cells. */
const SYMBOLS: Partial<Readonly<Record<Unit, string>>> = { cents: "¢", dollars: "$" }

const MINUS = "−"

const number = (value: number, digits: number): string => {
  const text = Math.abs(value).toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits
  })
  // A value that rounds to zero has no sign.
  return value < 0 && /[1-9]/.test(text) ? `${MINUS}${text}` : text
}

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const duration = (seconds: number): string => {
  const size = Math.abs(seconds)
  const [unit, name] =
    size < 2 * MINUTE
      ? [1, "s"]
      : size < 2 * HOUR
        ? [MINUTE, "min"]
        : size < 2 * DAY
          ? [HOUR, "h"]
          : [DAY, "d"]
  const value = seconds / unit
  return `${number(value, Number.isInteger(value) ? 0 : 1)} ${name}`
}

/** Shows seconds of a time only if it has some, and a fraction never. */
const time = (iso: string): string => {
  const shown = iso.slice(0, 19).replace("T", " ")
  return shown.endsWith(":00") ? shown.slice(0, 16) : shown
}

/** Formats a number of a unit. Times are milliseconds since 1970, as on axes. */
export const formatNumber = (value: number, { digits, unit }: Quantity): string => {
  const shown = digits ?? DIGITS[unit]
  switch (unit) {
    case "share":
      return `${number(value * 100, shown ?? 1)} %`
    case "seconds":
      return duration(value)
    case "time":
      return time(new Date(value).toISOString())
    case "day":
      return new Date(value).toISOString().slice(0, 10)
    default:
      return number(value, shown ?? 2)
  }
}

export const formatCell = (cell: ReportCell, quantity: Quantity): string => {
  if (cell === null) return UNKNOWN
  if (typeof cell === "boolean") return cell ? "yes" : "no"
  if (typeof cell === "number") return Number.isFinite(cell) ? formatNumber(cell, quantity) : UNKNOWN
  return quantity.unit === "time" ? time(cell) : quantity.unit === "day" ? cell.slice(0, 10) : cell
}

/** Returns the label of a quantity, with what its numbers are counted in. */
export const labelOf = ({ label, unit }: Quantity): string => {
  const symbol = SYMBOLS[unit]
  return symbol === undefined || label.includes(symbol) ? label : `${label} (${symbol})`
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** Returns the label of an axis. One of time has its days, which the ticks between them do not say. */
export const axisLabel = (axis: Quantity, from: number, to: number): string => {
  if (!isTime(axis)) return labelOf(axis)
  const [first, last] = [dayOf(from), dayOf(to)]
  return `${labelOf(axis)}, ${first === last ? first : `${first} to ${last}`}`
}

export const isTime = ({ unit }: Quantity): boolean => unit === "time" || unit === "day"

export const isNumeric = ({ unit }: Quantity): boolean =>
  unit !== "text" && unit !== "flag" && unit !== "time" && unit !== "day"
