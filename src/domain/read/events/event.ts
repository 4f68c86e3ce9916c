import type { Told } from "../told.ts"

/** An event: the question that a group of markets answers. It has no status of its own. */
export interface Event {
  readonly eventTicker: string
  readonly seriesTicker: Told<string>
  readonly title: Told<string>
  readonly subTitle: Told<string>
  /** Deprecated on events, still sent; the series' category is the one that stays. */
  readonly category: Told<string>
  readonly mutuallyExclusive: Told<boolean>
  /** `MECNET`, `DIRECNET` or the empty string; an open set. */
  readonly collateralReturnType: Told<string>
  readonly strikeTime: Told<string>
  readonly strikePeriod: Told<string>
  readonly lastUpdatedTime: Told<string>
  readonly exchangeIndex: Told<number>
}
