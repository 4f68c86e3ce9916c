/** The filters that all reports share. */

export interface ReportFilters {
  /** Tickers of series; empty for all. */
  readonly series: ReadonlyArray<string>
  /** Categories as in `markets.category`; empty for all. */
  readonly categories: ReadonlyArray<string>
  /** From this time on, UTC text as in the tables. Each report says which time of a row it compares. */
  readonly from?: string
  /** Before this time. */
  readonly to?: string
  /** The least number of contracts that were traded in a market. */
  readonly minVolume?: number
  /** Whether markets that combine others belong to the population. */
  readonly combos: "exclude" | "only" | "include"
}

export const NO_FILTERS: ReportFilters = { series: [], categories: [], combos: "exclude" }
