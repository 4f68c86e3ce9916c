import { family } from "../cli/definition.ts"
import { coverage } from "./analyze/coverage.ts"
import { history } from "./analyze/history.ts"
import { movers } from "./analyze/movers.ts"
import { volume } from "./analyze/volume.ts"

/** A report is a file in `analyze/` and a line here. */
export const analyze = family({
  name: "analyze",
  group: "Look",
  summary: "Make a report: terminal, JSON, CSV or a page",
  programs: [history, movers, volume, coverage]
})
