import { report } from "./report.ts"

export const coverage = report({
  name: "coverage",
  summary: "Which due slots were recorded, by feed and day",
  description:
    "The share of due slots that are complete, for each feed and UTC day, and the longest gaps. --from and --to compare the slots.",
  takes: "times",
  options: {},
  examples: [{ command: "analyze coverage --data-dir demo-data", about: "feeds by day" }],
  load: async () => {
    const { makeCoverageReport } = await import("../../../layers/reports/coverage/coverage.ts")
    return ({ filters }) => makeCoverageReport(filters)
  }
})
