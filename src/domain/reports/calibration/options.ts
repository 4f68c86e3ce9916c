/** The options of a calibration report, and their defaults. */
import type { ReportFilters } from "../filters.ts"

/**
 * The price of a market at a moment. `mid` is half way between bid and ask, where a missing bid counts as 0 and a
 * missing ask as 100 cents; `bid-ask` takes both as forecasts of their own; `last` is the price of the last trade.
 */
export type PriceKind = "mid" | "bid-ask" | "last"

/**
 * The close from which horizons are counted back. `scheduled` is the close as it was announced at that moment, so
 * the moment could be recognised when it came; `actual` is the moment at which the market closed in the end, which
 * is known only afterwards.
 */
export type CloseKind = "scheduled" | "actual"

export interface CalibrationOptions {
  readonly filters: ReportFilters
  /** How long before the close prices are taken, in seconds, ascending. */
  readonly horizons: ReadonlyArray<number>
  readonly before: CloseKind
  readonly price: PriceKind
  /** The greatest age of a price in seconds; absent for no limit, which trades may have. */
  readonly maxAgeSeconds?: number
  /** The seed of the draws, so that the same data give the same bands. */
  readonly seed: number
}

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400]

/** The greatest age of a quote by default: four slots of a quarter of an hour. */
export const QUOTE_AGE_MAX_SECONDS = HOUR

/** Formats a length of time in the largest unit in which it is whole: `7d`, `90m`. */
export const spanText = (seconds: number): string => {
  for (const [unit, length] of [
    ["d", DAY],
    ["h", HOUR],
    ["m", MINUTE]
  ] as const) {
    if (seconds % length === 0) return `${seconds / length}${unit}`
  }
  return `${seconds}s`
}
