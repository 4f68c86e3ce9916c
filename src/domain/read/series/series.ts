import type { Millionths } from "../../units/fixed.ts"
import type { Told } from "../told.ts"

/** A series: events of one kind that recur, with their contract, sources and fees. */
export interface Series {
  readonly seriesTicker: string
  readonly title: Told<string>
  readonly category: Told<string>
  /** JSON text of an array of names, sent since 2026-09; a series may be in several categories. */
  readonly categories: Told<string>
  /** JSON text of an array of names. */
  readonly tags: Told<string>
  /** Free text: `daily`, `one_off`. */
  readonly frequency: Told<string>
  /** `quadratic`, `flat` and others; an open set. */
  readonly feeType: Told<string>
  readonly feeMultiplier: Told<number>
  readonly contractUrl: Told<string>
  readonly contractTermsUrl: Told<string>
  /** JSON text of an array of `{name, url}`. */
  readonly settlementSources: Told<string>
  /** JSON text of an array of sentences. */
  readonly additionalProhibitions: Told<string>
  /** Millionths of a contract ever traded; only said when the request asks for it. */
  readonly volume: Told<Millionths>
  readonly lastUpdatedTime: Told<string>
  readonly exchangeIndex: Told<number>
}
