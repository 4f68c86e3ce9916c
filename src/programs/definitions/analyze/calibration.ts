import { QUOTE_AGE_MAX_SECONDS } from "../../../domain/reports/calibration/options.ts"
import { integer, oneOf, option, optionOr } from "../../cli/option.ts"
import { span } from "../../cli/time.ts"
import { spans } from "../../cli/words.ts"
import { report } from "./report.ts"

export const calibration = report({
  name: "calibration",
  summary: "Whether prices came true, with bands and scores",
  description:
    "Compares one price of each settled market and horizon with how the market ended: a reliability diagram with bands, the Brier score with its parts, log loss, recalibration, and the favourite-longshot bias. --from and --to compare the close of a market; --min-volume the contracts traded by the moment of the price. What is left out is counted, with the reason.",
  takes: "filters",
  options: {
    horizon: optionOr("1h,1d,7d", {
      value: "TIMES",
      about: "How long before the close prices are taken, comma-separated",
      parse: spans
    }),
    before: optionOr("scheduled", {
      value: "CLOSE",
      about: "The close as scheduled at that moment, or the actual one, known only later",
      choices: ["scheduled", "actual"],
      parse: oneOf(["scheduled", "actual"])
    }),
    price: optionOr("mid", {
      value: "PRICE",
      about: "Half way between bid and ask, both of them, or the last trade",
      choices: ["mid", "bid-ask", "last"],
      parse: oneOf(["mid", "bid-ask", "last"])
    }),
    maxAge: option({
      value: "AGE",
      about: "The greatest age of a price at its moment",
      otherwise: "1h, of trades any",
      parse: span
    }),
    seed: optionOr("1", {
      value: "N",
      about: "The seed of the draws for the bands",
      parse: integer(0, 4_294_967_295)
    })
  },
  examples: [
    { command: "analyze calibration --data-dir demo-data --horizon 1h", about: "an hour before the close" },
    {
      command: "analyze calibration --price last --html page.html --data-dir demo-data",
      about: "by the last trade, as a page"
    }
  ],
  load: async () => {
    const { makeCalibrationReport } = await import("../../../layers/reports/calibration/calibration.ts")
    return ({ filters, options: { before, horizon, maxAge, price, seed } }) => {
      const limit = maxAge ?? (price === "last" ? undefined : QUOTE_AGE_MAX_SECONDS)
      return makeCalibrationReport({
        filters,
        horizons: horizon,
        before,
        price,
        seed,
        ...(limit === undefined ? {} : { maxAgeSeconds: limit })
      })
    }
  }
})
