/** Scales and ticks of axes. */
import { type Axis, axisEnds } from "../../../domain/reports/figure.ts"
import { formatNumber } from "../../../domain/reports/format.ts"

export interface Scale {
  readonly from: number
  readonly to: number
  /** The place of a value, from 0 at the beginning of the axis to 1 at its end. */
  readonly placeOf: (value: number) => number
}

/** Makes the scale of an axis over the values on it. A single value lies in the middle. */
export const scaleOf = (axis: Axis, values: ReadonlyArray<number>): Scale => {
  const { scale } = axis
  const known = scale === "log" ? values.filter((value) => value > 0) : values
  const least = known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const most = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const [from, to] = axisEnds(axis, ...(least <= most ? ([least, most] as const) : ([0, 1] as const)))
  const through = scale === "log" ? Math.log : (value: number) => value
  const length = through(to) - through(from)
  return { from, to, placeOf: (value) => (length === 0 ? 0.5 : (through(value) - through(from)) / length) }
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** The distances between ticks of a time axis, in milliseconds. With these, ticks are at round times. */
const STEPS = [
  ...[1, 5, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * DAY)
]

/** Returns the smallest of 1, 2, 2.5 or 5 times a power of ten that is at least as large. */
const roundUp = (length: number): number => {
  const power = 10 ** Math.floor(Math.log10(length))
  return power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= length * 0.999999) ?? 10)
}

export interface Tick {
  readonly at: number
  readonly label: string
}

/** Digits after the point that tell ticks of this distance apart. */
const digitsFor = (step: number): number =>
  [0, 1, 2, 3, 4, 5].find((digits) => Math.abs((step * 10 ** digits) % 1) < 1e-6) ?? 6

const multiples = (from: number, to: number, step: number): ReadonlyArray<number> => {
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: Math.max(0, Math.min(100, last - first + 1)) }, (_, n) => (first + n) * step)
}

const timeLabel = (at: number, step: number, span: number): string => {
  const iso = new Date(at).toISOString()
  if (step >= DAY) return iso.slice(span > 300 * DAY ? 0 : 5, 10)
  return span > DAY ? iso.slice(5, 16).replace("T", " ") : iso.slice(11, 16)
}

/** Returns at most `most` ticks at round values, and at least the beginning. */
export const ticksOf = (axis: Axis, { from, to }: Scale, most: number): ReadonlyArray<Tick> => {
  const span = to - from
  if (axis.unit === "time" || axis.unit === "day") {
    const least = axis.unit === "day" ? DAY : 0
    const step = STEPS.find((one) => one >= least && span / one <= most) ?? STEPS.at(-1) ?? DAY
    const at = span > 0 ? multiples(from, to, step) : [from]
    return (at.length === 0 ? [from] : at).map((one) => ({ at: one, label: timeLabel(one, step, span) }))
  }
  const label = (at: number, step: number) =>
    formatNumber(at, {
      ...axis,
      digits: axis.unit === "share" ? Math.max(0, digitsFor(step) - 2) : digitsFor(step)
    })
  if (span <= 0) return [{ at: from, label: formatNumber(from, axis) }]
  if (axis.scale === "log" && from > 0) {
    const powers = multiples(
      Math.log10(from),
      Math.log10(to),
      Math.max(1, Math.ceil(Math.log10(to / from) / most))
    )
    return powers.map((power) => ({ at: 10 ** power, label: label(10 ** power, 10 ** power) }))
  }
  const step = roundUp(span / Math.max(1, most))
  return multiples(from, to, step).map((at) => ({ at, label: label(at, step) }))
}
