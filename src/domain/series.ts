import type { Millionths } from "./fixed.ts"
import type { Said } from "./market.ts"

/** A series: events of one kind that recur, with their contract, sources and fees. */
export interface Series {
  readonly seriesTicker: string
  readonly title: Said<string>
  readonly category: Said<string>
  /** JSON text of an array of names, sent since 2026-09; a series may be in several categories. */
  readonly categories: Said<string>
  /** JSON text of an array of names. */
  readonly tags: Said<string>
  /** Free text: `daily`, `one_off`. */
  readonly frequency: Said<string>
  /** `quadratic`, `flat` and others; an open set. */
  readonly feeType: Said<string>
  readonly feeMultiplier: Said<number>
  readonly contractUrl: Said<string>
  readonly contractTermsUrl: Said<string>
  /** JSON text of an array of `{name, url}`. */
  readonly settlementSources: Said<string>
  /** JSON text of an array of sentences. */
  readonly additionalProhibitions: Said<string>
  /** Millionths of a contract ever traded; only said when the request asks for it. */
  readonly volume: Said<Millionths>
  readonly lastUpdatedTime: Said<string>
  readonly exchangeIndex: Said<number>
}
