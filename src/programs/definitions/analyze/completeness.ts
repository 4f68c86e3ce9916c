import { report } from "./report.ts"

export const completeness = report({
  name: "completeness",
  summary: "Do trades, counters and candles agree?",
  description:
    "Compares, market by market, the recorded trades with the exchange's own count of contracts between the first and the last quote, and with the volume of candles. --from and --to compare the time at which a quote was received, and the end of a candle; --min-volume the contracts that the exchange counts in a market.",
  takes: "filters",
  options: {},
  examples: [{ command: "analyze completeness --data-dir demo-data", about: "whether a trade is missing" }],
  load: async () => {
    const { makeCompletenessReport } = await import("../../../layers/reports/completeness/completeness.ts")
    return ({ filters }) => makeCompletenessReport(filters)
  }
})
