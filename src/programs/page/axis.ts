/** Axes of plots in the words of Vega-Lite. */
import type { Axis } from "../../domain/reports/figure.ts"
import { axisLabel, isTime, labelOf } from "../../domain/reports/format.ts"
import type { Quantity, Unit } from "../../domain/reports/quantity.ts"
import { printableLine } from "../terminal/printable.ts"

/** All digits of whole numbers. Without a type of format, ticks of thousands are written as powers of ten. */
const WHOLE = ",.12~g"

/** Formats of the numbers along an axis, in the words of d3-format. */
const FORMATS: Partial<Readonly<Record<Unit, string>>> = {
  count: WHOLE,
  contracts: WHOLE,
  dollars: WHOLE,
  cents: WHOLE,
  share: ".12~%",
  score: "~g",
  number: "~g"
}

/** Labels of times, by the unit of time that a tick is a whole number of. */
const TIMES = {
  year: "%Y",
  quarter: "%b %Y",
  month: "%b %Y",
  week: "%d %b",
  date: "%d %b",
  day: "%d %b",
  hours: "%H:%M",
  minutes: "%H:%M",
  seconds: "%H:%M:%S",
  milliseconds: "%H:%M:%S.%L"
}

/** The pixels for each tick that is wished for. Vega chooses round values, so there may be more or less. */
const TICK_PIXELS = 90

const DAY_MILLIS = 86_400_000

/** Ticks of a few days are the days themselves, not hours of them. */
const timeTicks = ({ unit }: Quantity, length: number, ticks: number) =>
  unit === "day" && length <= 14 * DAY_MILLIS ? { interval: "day" as const, step: 1 } : ticks

export const titleOf = (quantity: Quantity): string => printableLine(labelOf(quantity))

/** The channel of a continuous axis over values from `first` to `last`: its type, scale and labels. */
export const channelOf = (
  axis: Axis,
  [first, last]: readonly [first: number, last: number],
  width: number
) => {
  const ticks = Math.round(width / TICK_PIXELS)
  const format = FORMATS[axis.unit]
  const domain = axis.domain === undefined ? {} : { domain: [...axis.domain] }
  const title = printableLine(axisLabel(axis, ...(axis.domain ?? ([first, last] as const))))
  return isTime(axis)
    ? {
        type: "temporal" as const,
        scale: { type: "utc" as const, ...domain },
        axis: { format: TIMES, labelOverlap: true, tickCount: timeTicks(axis, last - first, ticks) },
        title
      }
    : {
        type: "quantitative" as const,
        scale: {
          type: axis.scale ?? ("linear" as const),
          zero: false,
          nice: axis.domain === undefined,
          ...domain
        },
        axis: {
          tickCount: ticks,
          ...(format === undefined ? {} : { format }),
          ...(axis.unit === "count" ? { tickMinStep: 1 } : {})
        },
        title
      }
}
