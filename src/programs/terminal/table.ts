/** A table for the terminal without lines: columns are told apart by two spaces. */
import { fitColumns } from "./fit.ts"
import { printableLine } from "./printable.ts"
import { cut, padEnd, padStart, widthOf } from "./text-width.ts"

export interface TableOptions {
  /** Columns of the screen; nothing is cut when left out. */
  readonly screen?: number | undefined
  /** By name of the column: how narrow it may be cut. The others are whole. */
  readonly least?: Readonly<Record<string, number>>
  /** Names of the columns that are left out, the first one first, where there is no room for all. */
  readonly leaveOut?: ReadonlyArray<string>
  /** Names of columns of texts that stand right as numbers do, such as `1,889`. */
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
