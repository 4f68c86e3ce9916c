/**
 * Published returns of makers and takers on Kalshi, for comparison. All are of samples of their own: the split between
 * makers and takers depends much on which markets and trades a study selects.
 */

export interface PublishedReturns {
  readonly source: string
  readonly sample: string
  /** Mean of (payout − price) / price over trades, before fees. */
  readonly taker?: number
  readonly maker?: number
  /** Mean of payout − price over trades, in cents, before fees. */
  readonly takerExcess?: number
  readonly makerExcess?: number
}

export const PUBLISHED: ReadonlyArray<PublishedReturns> = [
  {
    source: "Bürgi, Deng, Whelan 2026 (CEPR DP20631)",
    sample: "2021 to April 2025, volume ≥ 1,000, open ≥ 24 h, closing spread ≤ 20¢",
    taker: -0.3146,
    maker: -0.0964
  },
  {
    source: "Vladosyna, replication of it (r1_report.json, 2185f6a5)",
    sample: "the same filters, 33,222 contracts",
    taker: -0.284,
    maker: -0.0133
  },
  {
    source: "Becker 2026, microstructure",
    sample: "72.1 million trades to 2025-11-25, yes and no results only",
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
