/** Formats a table without rules. Its columns are separated by two spaces. */
import { fitColumns } from "./fit.ts"
import { printableLine } from "./printable.ts"
import { cut, padEnd, padStart, widthOf } from "./text-width.ts"

interface TableOptions {
  /** The width of the screen. If it is left out, nothing is cut. */
  readonly screen?: number | undefined
  /** The smallest width of each column that may be cut, by column name. Other columns are never cut. */
  readonly least?: Readonly<Record<string, number>>
  /** The columns that may be left out if there is no room, by name. The first is left out first. */
  readonly leaveOut?: ReadonlyArray<string>
  /** Text columns that are right-aligned as numbers are, by name; for texts such as `1,889`. */
  readonly right?: ReadonlyArray<string>
}

/** Numbers stand right, words left. */
export const table = (
  head: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string | number>>,
  { least = {}, leaveOut = [], right = [], screen }: TableOptions = {}
): string => {
  const cells = rows.map((row) => row.map((cell) => printableLine(String(cell))))
  const wanted = head.map((name, at) => {
    const natural = Math.max(widthOf(name), ...cells.map((row) => widthOf(row[at] ?? "")))
    const order = leaveOut.indexOf(name)
    return {
      natural,
      least: Math.min(natural, Math.max(widthOf(name), least[name] ?? natural)),
      expendable: order === -1 ? at - head.length : leaveOut.length - order
    }
  })
  const widths = fitColumns(wanted, screen ?? Number.POSITIVE_INFINITY, 2)
  const isRight = head.map(
    (name, at) => right.includes(name) || rows.every((row) => typeof row[at] === "number")
  )
  const lineOf = (texts: ReadonlyArray<string>) =>
    widths
      .flatMap((width, at) => {
        if (width === undefined) return []
        const text = cut(texts[at] ?? "", width)
        return [isRight[at] ? padStart(text, width) : padEnd(text, width)]
      })
      .join("  ")
      .trimEnd()
  return [lineOf(head), ...cells.map(lineOf)].join("\n")
}
