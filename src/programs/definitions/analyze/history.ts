import { optionalArgument } from "../../cli/option.ts"
import { marketTicker } from "../../cli/words.ts"
import { report } from "./report.ts"

export const history = report({
  name: "history",
  summary: "One market: price, spread, trades, settlement",
  description:
    "The price of one market over time, half way between bid and ask, with the spread as a band, its trades, and its settlement. --from and --to compare the time of quotes and trades.",
  takes: "times",
  options: {},
  argument: optionalArgument(
    "TICKER",
    "The market, such as KXHIGHNY-26NOV29-T45; by default the one that moved most in the last week",
    marketTicker
  ),
  examples: [{ command: "analyze history --data-dir demo-data", about: "the market that moved most" }],
  load: async () => {
    const { makeHistoryReport } = await import("../../../layers/reports/history/history.ts")
    return ({ argument: ticker, filters }) => makeHistoryReport({ ticker, filters })
  }
})
