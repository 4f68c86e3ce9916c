/** The prices and outcomes that a calibration report is made of, and the markets that have none. */
import type { Relation } from "../../statistics/consistency.ts"

/** The price of one market at one horizon, and how the market ended. */
export interface PricedMarket {
  /** In seconds before the close. */
  readonly horizon: number
  readonly event: string
  readonly relation: Relation
  /** NULL if no description named a category. */
  readonly category: string | null
  /** The UTC year of the close. */
  readonly year: number
  /** The contracts that had been traded by the moment of the price; NULL if it is not known. */
  readonly volume: number | null
  /** The price in cents; of `bid-ask` the bid and the ask, otherwise twice the same. */
  readonly low: number
  readonly high: number
  readonly outcome: 0 | 1
}

/** The reasons for which a market has no price at a horizon, in the order in which they are tested, with their words. */
export const REASONS = {
  unsettled: "not settled yet",
  scalar: "settled at a fraction of a dollar (scalar)",
  not_yet_known: "first recorded after the moment",
  brought_forward: "its close was brought forward past the moment",
  put_off: "its close was put off by more than 30 days after the moment",
  not_yet_open: "not open yet at the moment",
  closed: "closed before the moment",
  unreadable: "a side of the quote could not be read",
  empty: "empty book: neither bid nor ask",
  gap: "in a gap: a slot was due, and none was recorded",
  not_listed: "a slot was recorded, and the market was not open in it",
  too_old: "the newest price was too old",
  none: "no price was recorded before the moment",
  low_volume: "traded less than the least volume"
} as const

export type Reason = keyof typeof REASONS

export const isReason = (text: string): text is Reason => Object.hasOwn(REASONS, text)

export interface Excluded {
  readonly horizon: number
  readonly reason: Reason
  readonly count: number
}

export interface CalibrationSample {
  readonly priced: ReadonlyArray<PricedMarket>
  readonly excluded: ReadonlyArray<Excluded>
  /** The number of markets that the filters selected. */
  readonly markets: number
  /** The slots of the feed that brought the prices, over the time from the first moment to the last. */
  readonly slots: { readonly feed: string; readonly due: number; readonly complete: number }
}
