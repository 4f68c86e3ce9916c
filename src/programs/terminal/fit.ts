/** Chooses the columns of a table that fit the screen, and their widths. */
import { cut, padEnd, padStart } from "./text-width.ts"

export interface Wanted {
  /** The width of the widest cell or of the name. */
  readonly natural: number
  /** The smallest useful width. */
  readonly least: number
  /** The columns with the highest number are left out first. */
  readonly expendable: number
  /** Whether all cells are empty. Such a column is left out before any other column is cut. */
  readonly isEmpty?: boolean
  /** Whether its cells stand right. */
  readonly isRight: boolean
}

/** The width of each column, `undefined` of one that is left out, and a function that lays out the cells of a row. */
export interface Fitted {
  readonly widths: ReadonlyArray<number | undefined>
  readonly line: (cells: ReadonlyArray<string>) => string
}

/** Fits columns to a screen less the edges of the table, or to nothing. `between` stands between two columns. */
export const fitted = (
  columns: ReadonlyArray<Wanted>,
  screen: number | undefined,
  between: string
): Fitted => {
  const widths = fitColumns(columns, screen ?? Number.POSITIVE_INFINITY, between.length)
  const line = (cells: ReadonlyArray<string>) =>
    columns
      .flatMap(({ isRight }, at) => {
        const width = widths[at]
        if (width === undefined) return []
        const text = cut(cells[at] ?? "", width)
        return [isRight ? padStart(text, width) : padEnd(text, width)]
      })
      .join(between)
  return { widths, line }
}

/**
 * Computes the width of each column; `undefined` means that the column is left out. At least one column
 * stays.
 */
const fitColumns = (
  columns: ReadonlyArray<Wanted>,
  /** The width of the screen, without the edges of the table. */
  screen: number,
  /** The number of columns between two table columns. */
  gap: number
): ReadonlyArray<number | undefined> => {
  const shown = new Set(columns.keys())
  const total = (of: "natural" | "least") =>
    [...shown].reduce((sum, at) => sum + (columns[at]?.[of] ?? 0), 0) + gap * Math.max(0, shown.size - 1)
  const byImportance = [...columns.keys()].sort(
    (a, b) => (columns[b]?.expendable ?? 0) - (columns[a]?.expendable ?? 0)
  )
  for (const at of byImportance) {
    if (total("natural") <= screen || shown.size === 1) break
    if (columns[at]?.isEmpty === true) shown.delete(at)
  }
  for (const at of byImportance) {
    if (total("least") <= screen || shown.size === 1) break
    shown.delete(at)
  }
  if (total("natural") <= screen)
    return columns.map(({ natural }, at) => (shown.has(at) ? natural : undefined))
  const widths = columns.map(({ least }, at) => (shown.has(at) ? least : undefined))
  widen(columns, widths, screen - total("least"))
  // The only column that is left may still be wider than the screen.
  return widths.map((width) => (width === undefined ? undefined : Math.min(width, Math.max(1, screen))))
}

/** Distributes the remaining width column by column. The narrowest column that is cut grows first. */
const widen = (columns: ReadonlyArray<Wanted>, widths: Array<number | undefined>, left: number): void => {
  for (let places = left; places > 0; places--) {
    let narrowest: number | undefined
    for (const [at, width] of widths.entries()) {
      if (width === undefined || width >= (columns[at]?.natural ?? 0)) continue
      if (narrowest === undefined || width < (widths[narrowest] ?? 0)) narrowest = at
    }
    if (narrowest === undefined) return
    widths[narrowest] = (widths[narrowest] ?? 0) + 1
  }
}
