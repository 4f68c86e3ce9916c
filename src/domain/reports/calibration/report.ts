/** The calibration report, as a function of its sample and options. */
import type { Report, ReportSource } from "../document.ts"
import { biasSection } from "./bias.ts"
import { countedSection, exclusionsOf } from "./counted.ts"
import { curveOf } from "./curve.ts"
import { groupsOf, scoresOf } from "./group.ts"
import { type CalibrationOptions, spanText } from "./options.ts"
import { reliabilitySection } from "./reliability.ts"
import type { CalibrationSample } from "./sample.ts"
import { scoresSection } from "./scores.ts"
import { strataSection } from "./strata.ts"

const PRICES: Readonly<Record<CalibrationOptions["price"], string>> = {
  mid: "half way between bid and ask, where a missing bid counts as 0 and a missing ask as 100 cents",
  "bid-ask":
    "the bid and the ask, each as a forecast of its own; a missing bid counts as 0 and a missing ask as 100 cents",
  last: "the last trade, the greatest trade_id of those at the same time"
}

const CLOSES: Readonly<Record<CalibrationOptions["before"], string>> = {
  scheduled:
    "Horizons count back from the close as it was scheduled at that moment: the first moment that was its horizon before the close that was known then. Only what had been observed by the moment is used for prices and terms.",
  actual:
    "Horizons count back from the actual close, which is known only afterwards: nobody could have chosen these moments when they came."
}

const ageOf = ({ maxAgeSeconds, price }: CalibrationOptions): string =>
  maxAgeSeconds === undefined
    ? "of any age"
    : `at most ${spanText(maxAgeSeconds)} old, by the time at which ${price === "last" ? "it was made" : "it was received"}`

const notesOf = (sample: CalibrationSample, options: CalibrationOptions): ReadonlyArray<string> => {
  const { complete, due, feed } = sample.slots
  const share = due === 0 ? "none was due" : `${((100 * complete) / due).toFixed(1)} % were recorded`
  return [
    CLOSES[options.before],
    `The price is ${PRICES[options.price]}; ${ageOf(options)}. There is one price a market and horizon.`,
    `Of ${due.toLocaleString("en-US")} slots of the feed ${feed} that were due between the first moment and the last, ${share}.`,
    "Times are UTC. The filters from and to compare the close as last described."
  ]
}

export const calibrationReport = (
  sample: CalibrationSample,
  options: CalibrationOptions,
  about: { readonly filters: Report["options"]; readonly source: ReportSource }
): Report => {
  const groups = groupsOf(sample.priced, options)
  const curves = groups.map((group) => curveOf(group, scoresOf(group.sample), options.seed))
  const exclusions = exclusionsOf(sample)
  return {
    name: "calibration",
    title: "Calibration of prices",
    question: "Of the markets that stood at 30 cents, did 30 in 100 end in YES?",
    options: [
      { name: "horizon", value: options.horizons.map(spanText).join(",") },
      { name: "before", value: options.before },
      { name: "price", value: options.price },
      {
        name: "max-age",
        value: options.maxAgeSeconds === undefined ? "none" : spanText(options.maxAgeSeconds)
      },
      { name: "seed", value: String(options.seed) },
      ...about.filters
    ],
    sections: [
      reliabilitySection(curves),
      scoresSection(curves),
      biasSection(groups),
      strataSection(sample.priced, options),
      countedSection(sample, options)
    ],
    unit: "prices due, one a market and horizon",
    population: sample.markets * options.horizons.length,
    included: sample.priced.length,
    exclusions,
    notes: notesOf(sample, options),
    source: about.source
  }
}
