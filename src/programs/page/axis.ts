/** Axes of plots in the words of Vega-Lite. */
import type { Axis } from "../../domain/reports/figure.ts"
import { labelOf } from "../../domain/reports/format.ts"
import type { Quantity, Unit } from "../../domain/reports/quantity.ts"
import { printableLine } from "../terminal/printable.ts"

/** Formats of the numbers along an axis, in the words of d3-format. */
const FORMATS: Partial<Readonly<Record<Unit, string>>> = {
  count: ",",
  contracts: ",",
  dollars: ",",
  share: ".0%",
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

export const isTime = ({ unit }: Quantity): boolean => unit === "time" || unit === "day"

export const titleOf = (quantity: Quantity): string => printableLine(labelOf(quantity))

/** The channel of a continuous axis: its type, scale and labels. */
export const channelOf = (axis: Axis) => {
  const format = FORMATS[axis.unit]
  const domain = axis.domain === undefined ? {} : { domain: [...axis.domain] }
  return isTime(axis)
    ? {
        type: "temporal" as const,
        scale: { type: "utc" as const, ...domain },
        axis: { format: TIMES, labelOverlap: true },
        title: titleOf(axis)
      }
    : {
        type: "quantitative" as const,
        scale: {
          type: axis.scale ?? ("linear" as const),
          zero: false,
          nice: axis.domain === undefined,
          ...domain
        },
        axis: format === undefined ? {} : { format },
        title: titleOf(axis)
      }
}
