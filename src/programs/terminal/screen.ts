/** The terminal that a result is shown on. */

/** Columns of the terminal, or `undefined` where there is none: then nothing is cut. */
export const screenWidth = (): number | undefined =>
  process.stdout.isTTY === true ? (process.stdout.columns ?? 80) : undefined
