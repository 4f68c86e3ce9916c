/** Styles of the text of a report. Without colours the text stays as it is. */

type Paint = (text: string) => string

export interface Ink {
  readonly hasColours: boolean
  readonly bold: Paint
  readonly dim: Paint
  /** The colour of the nth line or group of a figure. */
  readonly series: (at: number) => Paint
  /** The colour of a share of a scale, from 0 to 1. */
  readonly heat: (share: number) => Paint
}

const styled =
  (open: string, close: number): Paint =>
  (text) =>
    text === "" ? "" : `\u001b[${open}m${text}\u001b[${close}m`

const plain: Paint = (text) => text

/** Cyan, yellow, green, magenta, blue, red: the first ones differ also for people who confuse red and green. */
const SERIES = [36, 33, 32, 35, 34, 31].map((code) => styled(String(code), 39))

/** From the least to the most, in the 256 colours of terminals, as on pages: red, orange, sand, green, teal. */
const HEAT = [131, 173, 222, 108, 30].map((code) => styled(`38;5;${code}`, 39))

const nth = (paints: ReadonlyArray<Paint>, at: number): Paint => paints[at] ?? plain

export const inkOf = (hasColours: boolean): Ink =>
  hasColours
    ? {
        hasColours,
        bold: styled("1", 22),
        dim: styled("2", 22),
        series: (at) => nth(SERIES, at % SERIES.length),
        heat: (share) => nth(HEAT, Math.min(HEAT.length - 1, Math.floor(share * HEAT.length)))
      }
    : { hasColours, bold: plain, dim: plain, series: () => plain, heat: () => plain }
