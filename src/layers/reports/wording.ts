/** Numbers in the sentences of reports. */
import { formatNumber } from "../../domain/reports/format.ts"
import type { Unit } from "../../domain/reports/quantity.ts"

/** Formats a number of a unit for a sentence. */
export const shown = (value: number, unit: Unit, digits?: number): string =>
  formatNumber(value, { label: "", unit, ...(digits === undefined ? {} : { digits }) })

/** Returns a count with its noun: `1 slot`, `1,234 slots`. */
export const counted = (value: number, noun: string): string =>
  `${shown(value, "count")} ${value === 1 ? noun : `${noun}s`}`
