/** The lines of a benchmark with their goals, as a table. */
import { tableLines } from "../src/programs/terminal/table.ts"

export interface Goal {
  readonly limit: number
  readonly kind: "at most" | "at least"
}

export interface Line {
  readonly what: string
  readonly unit: string
  readonly goal?: Goal
  readonly ours: number
  /** Null where the way by hand has nothing of the kind. */
  readonly byHand: number | null
}

export const atMost = (limit: number): Goal => ({ limit, kind: "at most" })
export const atLeast = (limit: number): Goal => ({ limit, kind: "at least" })

const digits = (value: number): string =>
  value >= 1000
    ? Math.round(value).toLocaleString("en")
    : value >= 100
      ? value.toFixed(0)
      : value.toFixed(value < 10 ? 2 : 1)

const withUnit = (value: number, unit: string): string =>
  `${digits(value)}${unit.startsWith("/") ? "" : " "}${unit}`

const isMissed = ({ goal, ours }: Line): boolean =>
  goal !== undefined && (goal.kind === "at most" ? ours > goal.limit : ours < goal.limit)

const goalText = ({ goal, unit }: Line): string =>
  goal === undefined ? "" : `${goal.kind === "at most" ? "≤" : "≥"} ${withUnit(goal.limit, unit)}`

export const report = (lines: ReadonlyArray<Line>): string => {
  const rows = lines.map((line) => [
    line.what,
    goalText(line),
    withUnit(line.ours, line.unit),
    line.byHand === null ? "-" : withUnit(line.byHand, line.unit)
  ])
  const missed = lines.filter(isMissed)
  return [
    ...tableLines(
      ["what", ...["goal", "kalshi-tape", "by hand"].map((name) => ({ name, isRight: true }))],
      rows
    ),
    "",
    missed.length === 0
      ? "Every goal is met."
      : `Missed: ${missed.map((line) => `${line.what} (${withUnit(line.ours, line.unit)}, goal ${goalText(line)})`).join("; ")}.`
  ].join("\n")
}
