/** How a text stands out, where that can be seen: on a terminal with colours, and unless NO_COLOR says otherwise. */

export const bold = (text: string): string =>
  process.stdout.isTTY && process.stdout.hasColors() ? `\u001b[1m${text}\u001b[22m` : text

const COLUMNS = 80

/** Columns that a person sees at once; in a pipe those that every terminal has. */
export const columnsOfStdout = (): number => process.stdout.columns ?? COLUMNS
