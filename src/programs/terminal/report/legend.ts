/** The legend of a figure in the terminal. */
import { cut, widthOf } from "../text-width.ts"

export interface LegendEntry {
  /** The sign with its colours. */
  readonly sign: string
  readonly signColumns: number
  readonly text: string
}

/** The columns between two entries. */
const GAP = 3

/** Lays the entries out in lines of the width. */
export const legendLines = (entries: ReadonlyArray<LegendEntry>, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let room = 0
  for (const { sign, signColumns, text } of entries) {
    const space = signColumns === 0 ? "" : " "
    const shown = cut(text, width - signColumns - space.length)
    const entry = `${sign}${space}${shown}`
    const needed = signColumns + space.length + widthOf(shown)
    if (lines.length > 0 && needed + GAP <= room) {
      lines[lines.length - 1] += `${" ".repeat(GAP)}${entry}`
      room -= needed + GAP
    } else {
      lines.push(entry)
      room = width - needed
    }
  }
  return lines
}
