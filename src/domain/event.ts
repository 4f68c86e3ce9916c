import type { Said } from "./market.ts"

/** An event: the question that a group of markets answers. It has no status of its own. */
export interface Event {
  readonly eventTicker: string
  readonly seriesTicker: Said<string>
  readonly title: Said<string>
  readonly subTitle: Said<string>
  /** Deprecated on events, still sent; the series' category is the one that stays. */
  readonly category: Said<string>
  readonly mutuallyExclusive: Said<boolean>
  /** `MECNET`, `DIRECNET` or the empty string; an open set. */
  readonly collateralReturnType: Said<string>
  readonly strikeTime: Said<string>
  readonly strikePeriod: Said<string>
  readonly lastUpdatedTime: Said<string>
  readonly exchangeIndex: Said<number>
}
