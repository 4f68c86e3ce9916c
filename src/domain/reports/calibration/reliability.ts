/** The first section: how often markets ended in YES at each price. */
import { EFFECTIVE_CLUSTERS_MIN, EFFECTIVE_OUTCOMES_MIN } from "../../statistics/clustered.ts"
import type { ReportSection, ReportTable } from "../document.ts"
import type { LineFigure } from "../figure.ts"
import { binTable, histogram } from "./bins.ts"
import { BAND_COVERAGE, type Curve, isOutside, pointsOf } from "./curve.ts"

const figureOf = (curve: Curve): LineFigure => {
  const points = pointsOf(curve)
  const { group, scores } = curve
  return {
    kind: "lines",
    title: `Reliability ${group.words}`,
    caption: `${scores.markets.toLocaleString("en-US")} markets of ${scores.events.toLocaleString("en-US")} events. The line is the share of YES that isotonic regression finds at each price, and the dashed one is perfect calibration. If every price were the probability of YES, the line would be inside the band at a given price in ${BAND_COVERAGE * 100} of 100 such samples.`,
    x: { label: "price as a probability", unit: "probability", domain: [0, 1] },
    y: { label: "share of YES", unit: "probability", domain: [0, 1] },
    reference: "diagonal",
    lines: [
      {
        name: `${BAND_COVERAGE * 100} % consistency band`,
        shape: "band",
        points: points.map(({ high, low, price }) => ({ x: price, y: price, low, high }))
      },
      {
        name: "share of YES",
        points: points.map(({ price, recalibrated }) => ({ x: price, y: recalibrated }))
      }
    ]
  }
}

const curveTable = (curves: ReadonlyArray<Curve>): ReportTable => ({
  title: "The curve and its band",
  columns: [
    { name: "horizon", label: "horizon", unit: "text" },
    { name: "price", label: "price", unit: "probability", digits: 4 },
    { name: "markets", label: "markets", unit: "count" },
    { name: "share_of_yes", label: "share of YES", unit: "probability", digits: 4 },
    { name: "band_low", label: "band from", unit: "probability", digits: 4 },
    { name: "band_high", label: "to", unit: "probability", digits: 4 },
    { name: "outside", label: "outside", unit: "flag" }
  ],
  rows: curves.flatMap((curve) =>
    pointsOf(curve).map((point) => [
      curve.group.label,
      point.price,
      point.markets,
      point.recalibrated,
      point.low,
      point.high,
      isOutside(point)
    ])
  )
})

const findingOf = (curves: ReadonlyArray<Curve>): string =>
  curves
    .map((curve) => {
      const points = pointsOf(curve)
      const outside = points.filter(isOutside).length
      const p = curve.consistency.pValue
      return `${curve.group.words} the curve is outside its band at ${outside} of ${points.length} prices; calibrated prices would be this far off in ${(100 * p).toFixed(p < 0.1 ? 1 : 0)} % of samples`
    })
    .join(". ")

export const reliabilitySection = (curves: ReadonlyArray<Curve>): ReportSection => {
  const groups = curves.map(({ group }) => group)
  return {
    id: "reliability",
    title: "Do prices come true?",
    finding:
      curves.length === 0
        ? "No market has a price, so there is nothing to compare."
        : `${findingOf(curves)}.`,
    figures: curves.flatMap((curve) => [figureOf(curve), histogram(curve.group)]),
    tables: [binTable(groups), curveTable(curves)],
    method: [
      "A price of c cents is taken as the forecast c/100 of YES. The curve is the isotonic regression of the outcomes on the prices by pooling adjacent violators (CORP: Dimitriadis, Gneiting, Jordan, PNAS 118 (8), 2021); equal prices are one level.",
      `The band is a consistency band: the prices are kept, and the outcomes of whole events are drawn anew as if every price were the probability of YES (${curves.map(({ consistency, group }) => `${group.label}: ${consistency.resamples.toLocaleString("en-US")} draws`).join("; ")}). Markets of a mutually exclusive event share one draw, so that one of them wins; so do markets on thresholds of one number (strike types greater and less), so that higher thresholds imply lower ones; other markets of an event are drawn by themselves, which makes the band too narrow if they depend on each other; thresholds of different numbers in one event make it too wide. The band says how often a calibrated curve is inside at one price, not at all prices at once.`,
      "Bands of the other kind, around the curve and from events drawn with replacement, are not shown: at the ends of the scale they hold the truth far less often than they state.",
      `Bins: [0, 0.05), …, [0.95, 1]. The error is that of the share of YES, clustered by event (CR1). Effective events are Kish's (Σ n)² / Σ n² over the markets n of each event; with fewer than ${EFFECTIVE_CLUSTERS_MIN} there is no error, nor with fewer than ${EFFECTIVE_OUTCOMES_MIN} that are expected to end in YES, or in NO: it would come out too small.`
    ]
  }
}
