/** Which columns of a table fit a screen, and how wide each is. */

export interface Wanted {
  /** As wide as its widest cell and its name. */
  readonly natural: number
  /** Narrower than this it says nothing. */
  readonly least: number
  /** The columns with the highest number are left out first. */
  readonly expendable: number
  /** Says nothing at all: it is left out before any other is cut. */
  readonly isEmpty?: boolean
}

/** The width of each column, or `undefined` for one that is left out. At least one stays. */
export const fitColumns = (
  columns: ReadonlyArray<Wanted>,
  /** Columns of the screen, without what stands at its edges. */
  screen: number,
  /** Between two columns. */
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
  // A column alone may be wider than the screen.
  return widths.map((width) => (width === undefined ? undefined : Math.min(width, Math.max(1, screen))))
}

/** Shares what is left, a place at a time, so that the narrowest ones that are cut grow first. */
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
