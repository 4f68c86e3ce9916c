/** Styles of the text of a report. Without colours the text stays as it is. */

export interface Ink {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
}

const styled = (open: number, close: number) => (text: string) =>
  text === "" ? "" : `\u001b[${open}m${text}\u001b[${close}m`

const plain = (text: string): string => text

export const inkOf = (hasColours: boolean): Ink =>
  hasColours ? { bold: styled(1, 22), dim: styled(2, 22) } : { bold: plain, dim: plain }
