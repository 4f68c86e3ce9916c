/**
 * The one way to a terminal for words on stderr: what a program is at stands in the last line, and whatever else is
 * said meanwhile goes above it. Neither overwrites the other.
 */
export interface Terminal {
  readonly isTTY?: boolean
  /** Undefined where nobody knows. */
  readonly columns?: number
  readonly write: (text: string) => unknown
}

export interface LastLine {
  /** Without a terminal, or on one that cannot go back in a line, nothing can be shown. */
  readonly canShow: boolean
  /** Puts a text into the last line, cut to the width. */
  readonly show: (text: string) => void
  readonly clear: () => void
  /** A line that stays. */
  readonly say: (line: string) => void
}

const COLUMNS = 80
/** To the beginning of the line, and no more of what stands there. */
const START_ANEW = "\r\u001b[K"

export const makeLastLine = (terminal: Terminal, kind = process.env.TERM): LastLine => {
  let shown = ""
  return {
    canShow: terminal.isTTY === true && kind !== "dumb",
    show: (text) => {
      // A line that fills the width would wrap, and what has wrapped cannot be taken back.
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
