/** The figures of a report alone, as `kalshi chart` and the demo show them: the first one high, the others low. */
import type { Report } from "../../../domain/reports/document.ts"
import { printable } from "../printable.ts"
import type { Screen } from "../screen.ts"
import { wrap } from "../text-width.ts"
import { inkOf } from "./ink.ts"
import { lineFigureLines } from "./lines.ts"
import { HEIGHT_LOW } from "./report.ts"

/** The width where stdout is not a terminal. */
const PLAIN = 80
const HEIGHT = 14

export const chartLines = (report: Report, { hasColours, width = PLAIN }: Screen): ReadonlyArray<string> => {
  const ink = inkOf(hasColours)
  const figures = report.sections.flatMap((section) => section.figures)
  const [first] = report.sections
  return [
    ...wrap(printable(report.title), width).map(ink.bold),
    ...(first?.finding === undefined ? [] : wrap(printable(first.finding), width)),
    ...figures.flatMap((figure) =>
      figure.kind === "lines"
        ? [
            "",
            ...lineFigureLines(figure, { width, height: figure.isLow === true ? HEIGHT_LOW : HEIGHT }, ink)
          ]
        : []
    )
  ]
}
