/**
 * A drawing of characters. A cell holds two by four dots of Braille, so that a line is eight times as fine as the cells.
 * Without colours, lines that share a drawing have a sign each instead.
 */
import type { Ink } from "./ink.ts"

/** The bits of the dots of a cell, by row and column. */
const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80]
] as const
const BRAILLE = 0x2800
export const DOTS_ACROSS = 2
export const DOTS_DOWN = 4

/** The signs of lines without colours. */
const SIGNS = ["•", "+", "×", "o", "#", "*"]

export const signOf = (at: number): string => SIGNS[at % SIGNS.length] ?? "•"

interface Cell {
  readonly series: number
  /** Dots that are set, or a character in their place. */
  readonly mark: number | string
}

export interface Canvas {
  /** Sets a dot. Dots that lie outside are ignored. */
  readonly dot: (x: number, y: number, series: number) => void
  /** Writes a character into a cell; `-1` as series leaves it without colour. */
  readonly write: (column: number, row: number, character: string, series: number) => void
  readonly lines: (ink: Ink) => ReadonlyArray<string>
}

/** @param asSigns Whether lines are drawn as signs and not as dots. */
export const makeCanvas = (columns: number, rows: number, asSigns: boolean): Canvas => {
  const cells: Array<Cell | undefined> = Array.from({ length: columns * rows })
  const isInside = (column: number, row: number) => column >= 0 && column < columns && row >= 0 && row < rows
  const write: Canvas["write"] = (column, row, character, series) => {
    if (isInside(column, row)) cells[row * columns + column] = { series, mark: character }
  }
  return {
    write,
    dot: (x, y, series) => {
      const [column, row] = [Math.floor(x / DOTS_ACROSS), Math.floor(y / DOTS_DOWN)]
      if (!isInside(column, row)) return
      if (asSigns) return write(column, row, signOf(series), series)
      const before = cells[row * columns + column]
      const bit = BITS[y % DOTS_DOWN]?.[x % DOTS_ACROSS] ?? 0
      const mark = typeof before?.mark === "number" ? before.mark | bit : bit
      cells[row * columns + column] = { series, mark }
    },
    lines: (ink) =>
      Array.from({ length: rows }, (_, row) => {
        let line = ""
        for (let column = 0; column < columns; column++) {
          const cell = cells[row * columns + column]
          if (cell === undefined) {
            line += " "
            continue
          }
          const text = typeof cell.mark === "string" ? cell.mark : String.fromCharCode(BRAILLE + cell.mark)
          line += cell.series < 0 ? ink.dim(text) : ink.series(cell.series)(text)
        }
        return line.trimEnd()
      })
  }
}
