/**
 * Published estimates of the regression Y − P = α + ψP, in cents, with errors clustered by event. Both are of the
 * last trade on the closing day and before the same time on each of up to ten days before, of markets with at least
 * 1,000 contracts, 24 hours of trading, and a closing spread of at most 20 cents.
 */

export interface PublishedBias {
  readonly source: string
  readonly sample: string
  readonly prices: number
  /** NULL where it was not published. */
  readonly alpha: number | null
  readonly psi: number
  readonly standardError: number | null
}

/** Bürgi, Deng, Whelan, "Makers and Takers: The Economics of the Kalshi Prediction Market", CEPR DP20631, 2026. */
const BDW = "Bürgi, Deng, Whelan 2026"
/** github.com/Vladosyna/kalshi-makers-takers-persistence, reports/r1/r1_report.json at 2185f6a5. */
const VLADOSYNA = "Vladosyna replication 2026"

export const PUBLISHED: ReadonlyArray<PublishedBias> = [
  {
    source: BDW,
    sample: "all, 2021 to April 2025",
    prices: 156_986,
    alpha: -1.736,
    psi: 0.034,
    standardError: null
  },
  { source: BDW, sample: "2021", prices: 3855, alpha: null, psi: 0.041, standardError: null },
  { source: BDW, sample: "2022", prices: 24_913, alpha: null, psi: 0.023, standardError: null },
  { source: BDW, sample: "2023", prices: 23_559, alpha: null, psi: 0.036, standardError: null },
  { source: BDW, sample: "2024", prices: 53_338, alpha: null, psi: 0.048, standardError: null },
  { source: BDW, sample: "2025", prices: 51_321, alpha: null, psi: 0.021, standardError: null },
  { source: VLADOSYNA, sample: "2021", prices: 3717, alpha: null, psi: 0.0409, standardError: 0.0159 },
  { source: VLADOSYNA, sample: "2022", prices: 21_740, alpha: null, psi: 0.0202, standardError: 0.0122 },
  { source: VLADOSYNA, sample: "2023", prices: 18_240, alpha: null, psi: 0.0217, standardError: 0.0144 },
  { source: VLADOSYNA, sample: "2024", prices: 39_090, alpha: null, psi: 0.0386, standardError: 0.0083 },
  { source: VLADOSYNA, sample: "2025", prices: 41_945, alpha: null, psi: 0.0171, standardError: 0.0126 }
]

/** The published ψ by category; NULL where a source has none. */
export const PUBLISHED_BY_CATEGORY: Readonly<
  Record<string, { readonly bdw: number | null; readonly replication: number | null }>
> = {
  "Climate and Weather": { bdw: 0.031, replication: 0.0241 },
  Crypto: { bdw: 0.058, replication: 0.118 },
  Economics: { bdw: 0.034, replication: 0.0264 },
  Elections: { bdw: null, replication: 0.0413 },
  Entertainment: { bdw: 0.02, replication: 0.0107 },
  Financials: { bdw: 0.032, replication: 0.0199 },
  Health: { bdw: null, replication: 0.0257 },
  Mentions: { bdw: null, replication: 0.0331 },
  Politics: { bdw: 0.022, replication: 0.0268 },
  "Science and Technology": { bdw: null, replication: 0.0372 },
  Sports: { bdw: null, replication: 0.0743 },
  World: { bdw: null, replication: 0.0523 }
}
