/** The section of the favourite–longshot bias: the regression of errors on prices beside published estimates. */
import { EFFECTIVE_CLUSTERS_MIN, type FittedLine } from "../../statistics/clustered.ts"
import type { ReportCell, ReportSection } from "../document.ts"
import { biasOf, cell, type ForecastGroup, hasEnoughEvents } from "./group.ts"
import { PUBLISHED } from "./published.ts"

interface Fitted {
  readonly group: ForecastGroup
  readonly line: FittedLine | null
}

const ownRow = ({ group: { sample, words }, line }: Fitted): ReadonlyArray<ReportCell> => {
  const errors = hasEnoughEvents(sample) ? line : null
  return [
    "this report",
    words,
    sample.forecast.length,
    sample.clusters,
    cell(line?.intercept.value),
    cell(errors?.intercept.standardError),
    cell(line?.slope.value),
    cell(errors?.slope.standardError)
  ]
}

const verdictOf = (psi: number, error: number): string => {
  if (Math.abs(psi) < 1.96 * error) return "no favourite–longshot bias is found"
  return psi > 0
    ? "cheap contracts do worse than dear ones, which is the favourite–longshot bias"
    : "cheap contracts do better than dear ones"
}

const findingOf = ({ group: { sample, words }, line }: Fitted): string => {
  if (line === null || !hasEnoughEvents(sample)) return `${words} there are too few events for a verdict`
  const { standardError, value } = line.slope
  return `${words} ψ is ${value.toFixed(3)} ± ${standardError.toFixed(3)}: ${verdictOf(value, standardError)}`
}

export const biasSection = (groups: ReadonlyArray<ForecastGroup>): ReportSection => {
  const fitted = groups.map((group) => ({ group, line: biasOf(group.sample) }))
  return {
    id: "bias",
    title: "Is there a favourite–longshot bias?",
    ...(groups.length === 0 ? {} : { finding: `${fitted.map(findingOf).join(". ")}.` }),
    figures: [],
    tables: [
      {
        columns: [
          { name: "source", label: "source", unit: "text" },
          { name: "sample", label: "sample", unit: "text" },
          { name: "prices", label: "prices", unit: "count" },
          { name: "events", label: "events", unit: "count" },
          { name: "alpha", label: "α", unit: "cents", digits: 3 },
          { name: "alpha_standard_error", label: "error", unit: "cents", digits: 3 },
          { name: "psi", label: "ψ", unit: "number", digits: 4 },
          { name: "psi_standard_error", label: "error", unit: "number", digits: 4 }
        ],
        rows: [
          ...fitted.map(ownRow),
          ...PUBLISHED.map(({ alpha, prices, psi, sample, source, standardError }) => [
            source,
            sample,
            prices,
            null,
            alpha,
            null,
            psi,
            standardError
          ])
        ]
      }
    ],
    method: [
      `Y − P = α + ψP by least squares, in cents: Y is 100 for YES and 0 for NO. Right prices have α = 0 and ψ = 0; with ψ above 0 and α below 0 cheap contracts lose and dear ones win. Errors are clustered by event: CR1 with the factor G/(G−1) · (N−1)/(N−2) for G events and N prices. With fewer than ${EFFECTIVE_CLUSTERS_MIN} effective events (Kish) there is no error.`,
      "Published: Bürgi, Deng, Whelan, Makers and Takers, CEPR DP20631, 2026; and its replication, github.com/Vladosyna/kalshi-makers-takers-persistence, reports/r1 at 2185f6a5. Both take the last trade of the closing day and of up to ten days before it, of markets with at least 1,000 contracts, 24 hours of trading and a closing spread of at most 20 cents, so they differ from this report in more than the time."
    ]
  }
}
