/** The terminal on which results are shown. */

/** Returns the width of the terminal, or `undefined` if stdout is not a terminal; nothing is cut then. */
export const screenWidth = (): number | undefined =>
  process.stdout.isTTY === true ? (process.stdout.columns ?? 80) : undefined

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
