import { integer, optionOr, wanted } from "../../cli/option.ts"
import { age } from "../../cli/time.ts"
import { report } from "./report.ts"

const YEAR_SECONDS = 366 * 24 * 60 * 60

const window = (words: string): number => {
  const { months, seconds } = age(words)
  return months === 0 && seconds >= 1 && seconds <= YEAR_SECONDS
    ? seconds
    : wanted("must be from 1s to 366d, such as 1h or 7d")
}

export const movers = report({
  name: "movers",
  summary: "The largest changes of price in a window",
  description:
    "Compares the newest complete slot with the newest one that is at least --window older. --to chooses an earlier newest slot; --min-volume compares the contracts that the exchange counts in a market.",
  takes: "filters",
  options: {
    window: optionOr("24h", { value: "AGE", about: "The time between the two slots", parse: window }),
    limit: optionOr("20", { value: "N", about: "The number of markets that are listed", parse: integer(1) })
  },
  examples: [
    { command: "analyze movers --window 2h --data-dir demo-data", about: "changes within two hours" }
  ],
  load: async () => {
    const { makeMoversReport } = await import("../../../layers/reports/movers/movers.ts")
    return ({ filters, options: { limit, window } }) =>
      makeMoversReport({ filters, windowSeconds: window, most: limit })
  }
})
