import { report } from "./report.ts"

export const volume = report({
  name: "volume",
  summary: "Contracts and dollars by day and category",
  description:
    "Trades, contracts and the dollars that takers paid, by UTC day, category and side of the taker. --from and --to compare the time of a trade; --min-volume the contracts of a market in all recorded trades.",
  takes: "filters",
  options: {},
  examples: [{ command: "analyze volume --data-dir demo-data", about: "all recorded trades" }],
  load: async () => {
    const { makeVolumeReport } = await import("../../../layers/reports/volume/volume.ts")
    return ({ filters }) => makeVolumeReport(filters)
  }
})
