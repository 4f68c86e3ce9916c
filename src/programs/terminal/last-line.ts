/**
 * Writes all messages on stderr. The last line of the terminal shows the progress of the program, and other
 * messages appear above it, so that neither overwrites the other.
 */
export interface Terminal {
  readonly isTTY?: boolean
  /** The width of the terminal; `undefined` if it is unknown. */
  readonly columns?: number
  readonly write: (text: string) => unknown
}

export interface LastLine {
  /** Whether a last line can be shown. This needs a terminal that can move back within a line. */
  readonly canShow: boolean
  /** Shows a text in the last line, cut to the width of the terminal. */
  readonly show: (text: string) => void
  readonly clear: () => void
  /** Writes a line that stays on the screen. */
  readonly say: (line: string) => void
}

const COLUMNS = 80
/** The escape sequence that moves to the start of the line and erases it. */
const START_ANEW = "\r\u001b[K"

export const makeLastLine = (terminal: Terminal, kind = process.env.TERM): LastLine => {
  let shown = ""
  return {
    canShow: terminal.isTTY === true && kind !== "dumb",
    show: (text) => {
      // A line of the full width would wrap, and a wrapped line cannot be erased.
      shown = text.slice(0, (terminal.columns ?? COLUMNS) - 1)
      terminal.write(START_ANEW + shown)
    },
    clear: () => {
      if (shown !== "") terminal.write(START_ANEW)
      shown = ""
    },
    say: (line) => {
      terminal.write(shown === "" ? `${line}\n` : `${START_ANEW}${line}\n${shown}`)
    }
  }
}

export const lastLine = makeLastLine(process.stderr)
