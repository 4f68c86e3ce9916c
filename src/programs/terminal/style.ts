/** Styles text, if stdout is a terminal with colours and NO_COLOR is not set. */

export const bold = (text: string): string =>
  process.stdout.isTTY && process.stdout.hasColors() ? `\u001b[1m${text}\u001b[22m` : text
