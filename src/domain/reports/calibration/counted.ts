/** The section that counts every market of the population once for each horizon: with a price, or with the reason. */
import type { Exclusion, ReportSection } from "../document.ts"
import { type CalibrationOptions, spanText } from "./options.ts"
import { type CalibrationSample, REASONS, type Reason } from "./sample.ts"

const reasons = Object.keys(REASONS) as ReadonlyArray<Reason>

const countOf = ({ excluded }: CalibrationSample, reason: Reason, horizon?: number): number =>
  excluded
    .filter((one) => one.reason === reason && (horizon === undefined || one.horizon === horizon))
    .reduce((sum, { count }) => sum + count, 0)

/** The exclusions of all horizons together. */
export const exclusionsOf = (sample: CalibrationSample): ReadonlyArray<Exclusion> =>
  reasons
    .map((reason) => ({ reason: REASONS[reason], count: countOf(sample, reason) }))
    .filter(({ count }) => count > 0)

export const countedSection = (
  sample: CalibrationSample,
  { horizons }: CalibrationOptions
): ReportSection => {
  const pricedAt = (horizon: number) => sample.priced.filter((market) => market.horizon === horizon).length
  return {
    id: "counted",
    title: "Which markets are counted?",
    finding: `The filters select ${sample.markets.toLocaleString("en-US")} markets. Each is counted once for each horizon.`,
    figures: [],
    tables: [
      {
        columns: [
          { name: "reason", label: "markets", unit: "text" },
          ...horizons.map((horizon) => ({
            name: `h_${spanText(horizon)}`,
            label: spanText(horizon),
            unit: "count" as const
          }))
        ],
        rows: [
          ["with a price", ...horizons.map(pricedAt)],
          ...reasons
            .filter((reason) => countOf(sample, reason) > 0)
            .map((reason) => [
              REASONS[reason],
              ...horizons.map((horizon) => countOf(sample, reason, horizon))
            ]),
          ["all that the filters select", ...horizons.map(() => sample.markets)]
        ]
      }
    ],
    method: [
      "A market is counted under the first reason that applies, in the order of the table. A price is carried over a gap as far as max-age allows, and the market is left out beyond that."
    ]
  }
}
