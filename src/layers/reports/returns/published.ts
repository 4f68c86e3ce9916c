/**
 * Published returns of makers and takers on Kalshi, for comparison. All are of samples of their own: the split between
 * makers and takers depends much on which markets and trades a study selects.
 */

export interface PublishedReturns {
  readonly source: string
  readonly sample: string
  /** Mean of (payout − price) / price over the trades of the sample, before fees. */
  readonly taker?: number
  readonly maker?: number
  /** Mean of payout − price over trades, in cents, before fees. */
  readonly takerExcess?: number
  readonly makerExcess?: number
}

export const PUBLISHED: ReadonlyArray<PublishedReturns> = [
  {
    source: "Bürgi, Deng, Whelan 2026 (CEPR DP20631)",
    sample:
      "the last trade of the closing day and before its time on ten days before; 2021 to April 2025, volume ≥ 1,000, open ≥ 24 h, closing spread ≤ 20¢",
    taker: -0.3146,
    maker: -0.0964
  },
  {
    source: "Vladosyna, replication of it (r1_report.json, 2185f6a5)",
    sample: "the same trades and filters, 33,222 contracts",
    taker: -0.284,
    maker: -0.0133
  },
  {
    source: "Becker 2026, microstructure",
    sample: "all 72.1 million trades to 2025-11-25, yes and no results only",
    takerExcess: -1.12,
    makerExcess: 1.12
  }
]

/** The share of makers among those who paid a price of a band, by band: Bürgi, Deng, Whelan 2026, and its replication. */
export const PUBLISHED_MAKER_SHARES: ReadonlyArray<readonly [original: number, replication: number]> = [
  [0.435, 0.4314],
  [0.467, 0.4687],
  [0.489, 0.4807],
  [0.478, 0.4736],
  [0.495, 0.4865],
  [0.504, 0.5105],
  [0.522, 0.5352],
  [0.511, 0.5187],
  [0.533, 0.53],
  [0.565, 0.5704]
]

/**
 * The excess of makers less that of takers, in percentage points, in the categories of Becker 2026 (microstructure), and
 * the exchange's category that is nearest.
 */
export const PUBLISHED_GAPS: ReadonlyArray<{
  readonly category?: string
  readonly gap: number
  readonly published: string
}> = [
  { category: "Financials", gap: 0.17, published: "Finance" },
  { category: "Politics", gap: 1.02, published: "Politics" },
  { category: "Sports", gap: 2.23, published: "Sports" },
  { category: "Climate and Weather", gap: 2.57, published: "Weather" },
  { category: "Crypto", gap: 2.69, published: "Crypto" },
  { category: "Entertainment", gap: 4.79, published: "Entertainment" },
  { gap: 7.28, published: "Media" },
  { category: "World", gap: 7.32, published: "World Events" }
]
