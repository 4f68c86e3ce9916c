import { report } from "./report.ts"

export const returns = report({
  name: "returns",
  summary: "Returns of makers and takers, net of fees",
  description:
    "What takers and makers paid and got in settled markets, by the price that they paid and by category, before and after the fee of that day, beside published figures. --from and --to compare the time of a trade; --min-volume the contracts of a market in all recorded trades.",
  takes: "filters",
  options: {},
  examples: [{ command: "analyze returns --data-dir demo-data", about: "by price and category" }],
  load: async () => {
    const { makeReturnsReport } = await import("../../../layers/reports/returns/returns.ts")
    return ({ filters }) => makeReturnsReport(filters)
  }
})
