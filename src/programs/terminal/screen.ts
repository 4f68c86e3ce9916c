/** The terminal on which results are shown. */

/** The width of a terminal that does not say how wide it is, as some that programs open. */
const USUAL = 80

/** Returns the width of the terminal, or `undefined` if stdout is not a terminal; nothing is cut then. */
export const screenWidth = (): number | undefined => {
  const { columns, isTTY } = process.stdout
  return isTTY === true ? (columns > 0 ? columns : USUAL) : undefined
}

export interface Screen {
  /** The width, in columns. `undefined` if stdout is not a terminal. */
  readonly width: number | undefined
  /** Whether text may be coloured. False in a pipe, and with NO_COLOR. */
  readonly hasColours: boolean
}

export const terminalScreen = (): Screen => ({
  width: screenWidth(),
  hasColours: process.stdout.isTTY === true && process.stdout.hasColors()
})
