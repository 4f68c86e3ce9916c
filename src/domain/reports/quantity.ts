/** The kind of a number in a report, from which its format follows. */

/**
 * `probability` and `share` are fractions from 0 to 1; a share is shown as a percentage. `cents` are a price or an
 * amount for one contract. `score` is a Brier or logarithmic score. `time` is ISO 8601 text in UTC, `day` its date.
 * `seconds` is a duration.
 */
export type Unit =
  | "text"
  | "flag"
  | "count"
  | "contracts"
  | "cents"
  | "dollars"
  | "probability"
  | "share"
  | "score"
  | "number"
  | "time"
  | "day"
  | "seconds"

export interface Quantity {
  readonly label: string
  readonly unit: Unit
  /** Digits after the point. The default follows from the unit. */
  readonly digits?: number
}
