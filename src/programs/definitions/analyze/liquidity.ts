import { report } from "./report.ts"

export const liquidity = report({
  name: "liquidity",
  summary: "Spreads, depth, and the cost of an order",
  description:
    "Spreads of quotes by day and category, with one-sided and empty books counted apart; depth near the best price, and the cost of buying 100 and 1,000 YES, from order books. --from and --to compare slots; --min-volume the volume in a quote.",
  takes: "filters",
  options: {},
  examples: [{ command: "analyze liquidity --data-dir demo-data", about: "spreads by category" }],
  load: async () => {
    const { makeLiquidityReport } = await import("../../../layers/reports/liquidity/liquidity.ts")
    return ({ filters }) => makeLiquidityReport(filters)
  }
})
