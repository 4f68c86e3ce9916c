/** Styles of the text of a report. Without colours the text stays as it is. */

type Paint = (text: string) => string

export interface Ink {
  readonly hasColours: boolean
  readonly bold: Paint
  readonly dim: Paint
  /** The colour of the nth line or group of a figure. */
  readonly series: (at: number) => Paint
  /** The colour of the nth class of a heat map. */
  readonly heat: (at: number) => Paint
}

const styled =
  (open: string, close: number): Paint =>
  (text) =>
    text === "" ? "" : `\u001b[${open}m${text}\u001b[${close}m`

const plain: Paint = (text) => text

/** Cyan, yellow, green, magenta, blue, red: the first ones differ also for people who confuse red and green. */
const SERIES = [36, 33, 32, 35, 34, 31].map((code) => styled(String(code), 39))

/** From the least to the most, in the 256 colours of terminals, as on pages: red, orange, amber, sand, and a quiet teal. */
const HEAT = [160, 166, 172, 179, 66].map((code) => styled(`38;5;${code}`, 39))

const nth = (paints: ReadonlyArray<Paint>, at: number): Paint => paints[at] ?? plain

export const inkOf = (hasColours: boolean): Ink =>
  hasColours
    ? {
        hasColours,
        bold: styled("1", 22),
        dim: styled("2", 22),
        series: (at) => nth(SERIES, at % SERIES.length),
        heat: (at) => nth(HEAT, at)
      }
    : { hasColours, bold: plain, dim: plain, series: () => plain, heat: () => plain }
