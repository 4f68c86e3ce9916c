/** The terminal on which results are shown. */

/** Returns the width of the terminal, or `undefined` if stdout is not a terminal; nothing is cut then. */
export const screenWidth = (): number | undefined =>
  process.stdout.isTTY === true ? (process.stdout.columns ?? 80) : undefined
