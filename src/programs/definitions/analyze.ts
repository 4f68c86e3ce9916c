import { family } from "../cli/definition.ts"
import { calibration } from "./analyze/calibration.ts"
import { completeness } from "./analyze/completeness.ts"
import { coverage } from "./analyze/coverage.ts"
import { event } from "./analyze/event.ts"
import { history } from "./analyze/history.ts"
import { liquidity } from "./analyze/liquidity.ts"
import { movers } from "./analyze/movers.ts"
import { returns } from "./analyze/returns.ts"
import { volume } from "./analyze/volume.ts"

/** A report is a file in `analyze/` and a line here. */
export const analyze = family({
  name: "analyze",
  group: "Look",
  summary: "Make a report: terminal, JSON, CSV or a page",
  programs: [calibration, history, event, returns, movers, liquidity, volume, coverage, completeness]
})
