/** The options of the calibration report with which the demo ends. */
import { QUOTE_AGE_MAX_SECONDS } from "../../domain/reports/calibration/options.ts"
import { NO_FILTERS } from "../../domain/reports/filters.ts"

/**
 * A price of each market at its last quote before the scheduled close: most markets of a few hours are not open for
 * longer before it.
 */
export const CALIBRATION = {
  filters: NO_FILTERS,
  horizons: [60],
  before: "scheduled",
  price: "mid",
  maxAgeSeconds: QUOTE_AGE_MAX_SECONDS,
  seed: 1
} as const
