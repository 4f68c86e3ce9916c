/** The section of scores: the Brier score with its parts, the logarithmic score, and the recalibration. */
import { EFFECTIVE_CLUSTERS_MIN, type Estimate } from "../../statistics/clustered.ts"
import { logLossOf } from "../../statistics/log-loss.ts"
import { binsOf, murphyOf } from "../../statistics/murphy.ts"
import { recalibrationOf } from "../../statistics/recalibration.ts"
import type { ReportSection, ReportTable } from "../document.ts"
import { BINS } from "./bins.ts"
import type { Curve } from "./curve.ts"
import { cell, type ForecastGroup } from "./group.ts"

const DIGITS = 6

const horizon = { name: "horizon", label: "horizon", unit: "text" } as const
const score = (name: string, label: string) => ({ name, label, unit: "score", digits: DIGITS }) as const

const corpTable = (curves: ReadonlyArray<Curve>): ReportTable => ({
  title: "The Brier score and its CORP parts",
  columns: [
    horizon,
    { name: "markets", label: "markets", unit: "count" },
    { name: "events", label: "events", unit: "count" },
    { name: "effective_events", label: "effective", unit: "number", digits: 1 },
    score("brier", "Brier"),
    score("brier_standard_error", "error"),
    score("mcb", "MCB"),
    score("dsc", "DSC"),
    score("unc", "UNC"),
    { name: "mcb_p_value", label: "p of MCB", unit: "number", digits: 4 }
  ],
  rows: curves.map(({ consistency, group, scores: { brier, corp, effectiveEvents, events, markets } }) => [
    group.label,
    markets,
    events,
    effectiveEvents,
    corp.score,
    effectiveEvents < EFFECTIVE_CLUSTERS_MIN ? null : cell(brier.standardError),
    corp.miscalibration,
    corp.discrimination,
    corp.uncertainty,
    consistency.pValue
  ])
})

const murphyTable = (groups: ReadonlyArray<ForecastGroup>): ReportTable => ({
  title: `The Brier score and Murphy's parts, over ${BINS} bins`,
  columns: [
    horizon,
    score("brier", "Brier"),
    score("rel", "REL"),
    score("res", "RES"),
    score("unc", "UNC"),
    score("wbv", "WBV"),
    score("wbc", "WBC")
  ],
  rows: groups.map(({ label, sample }) => {
    const murphy = murphyOf(sample, binsOf(sample, BINS))
    return [
      label,
      murphy.score,
      murphy.reliability,
      murphy.resolution,
      murphy.uncertainty,
      murphy.withinVariance,
      murphy.withinCovariance
    ]
  })
})

const logTable = (groups: ReadonlyArray<ForecastGroup>): ReportTable => ({
  title: "Log loss and recalibration",
  columns: [
    horizon,
    score("log_loss", "log loss"),
    { name: "counted", label: "of markets", unit: "count" },
    { name: "certain_right", label: "0 or 100 ¢, right", unit: "count" },
    { name: "certain_wrong", label: "0 or 100 ¢, wrong", unit: "count" },
    { name: "slope", label: "slope", unit: "number", digits: 4 },
    { name: "slope_standard_error", label: "error", unit: "number", digits: 4 },
    { name: "intercept", label: "intercept", unit: "number", digits: 4 },
    { name: "intercept_standard_error", label: "error", unit: "number", digits: 4 },
    { name: "no_fit", label: "why no fit", unit: "text" }
  ],
  rows: groups.map(({ label, sample }) => {
    const { certainRight, certainWrong, counted, mean } = logLossOf(sample)
    const fit = recalibrationOf(sample)
    const errorOf = ({ standardError }: Estimate) =>
      fit.kind === "fitted" && fit.effectiveClusters >= EFFECTIVE_CLUSTERS_MIN ? cell(standardError) : null
    const line =
      fit.kind === "none"
        ? [null, null, null, null, fit.why]
        : [
            fit.line.slope.value,
            errorOf(fit.line.slope),
            fit.line.intercept.value,
            errorOf(fit.line.intercept),
            null
          ]
    return [label, mean, counted, certainRight, certainWrong, ...line]
  })
})

const findingOf = (curves: ReadonlyArray<Curve>): string =>
  curves
    .map(({ group, scores: { corp } }) => {
      const share = corp.uncertainty === 0 ? undefined : corp.discrimination / corp.uncertainty
      const told =
        share === undefined ? "" : `, and tell apart ${(100 * share).toFixed(0)} % of the uncertainty`
      return `${group.words} prices score ${corp.score.toFixed(4)}, of which ${corp.miscalibration.toFixed(4)} is miscalibration${told}`
    })
    .join(". ")

export const scoresSection = (curves: ReadonlyArray<Curve>): ReportSection => {
  const groups = curves.map(({ group }) => group)
  return {
    id: "scores",
    title: "How good are the prices?",
    ...(curves.length === 0 ? {} : { finding: `${findingOf(curves)}.` }),
    figures: [],
    tables: [corpTable(curves), murphyTable(groups), logTable(groups)],
    method: [
      `Brier is the mean of (p − y)² over markets, with p the price as a probability and y 1 for YES and 0 for NO; its error is clustered by event (CR1), and there is none with fewer than ${EFFECTIVE_CLUSTERS_MIN} effective events. Horizons have different markets; their scores are comparable only as far as the markets are.`,
      "CORP: Brier = MCB − DSC + UNC. MCB is the score less that of the recalibrated prices; UNC is ȳ(1 − ȳ), the score of the share of YES; DSC is UNC less the score of the recalibrated prices. The p value is the share of draws of the consistency band with at least this MCB, the sample itself counted as one. MCB is above 0 also by chance, the more so the fewer events there are.",
      `Murphy, over ${BINS} bins of equal width: Brier = REL − RES + UNC + WBV − WBC, exactly. REL = Σ n_k (p̄_k − ȳ_k)² / n, RES = Σ n_k (ȳ_k − ȳ)² / n. WBV = ΣΣ (p − p̄_k)² / n and WBC = 2 ΣΣ (p − p̄_k)(y − ȳ_k) / n remain because prices within a bin differ (Stephenson, Coelho, Jolliffe, Weather and Forecasting 23, 2008).`,
      "Log loss is the mean of −ln(probability of what happened) over prices above 0 and below 100 cents. A price of 0 or 100 has no loss if it was right and an infinite loss if it was wrong; such prices are counted and not moved.",
      "Slope and intercept are those of logit P(YES) = intercept + slope · logit p by maximum likelihood, over the same prices as the log loss, errors clustered by event with the factor G/(G−1) · (N−1)/(N−2). Right prices have slope 1 and intercept 0; a slope above 1 means that prices are too near to the middle."
    ]
  }
}
