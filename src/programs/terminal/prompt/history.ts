/**
 * The statements that were typed into the prompt, in a file of the user's state directory. Every prompt appends to it,
 * so that two at a time lose nothing.
 */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { homedir } from "node:os"
import { dirname, join } from "node:path"

/** The number of entries that are kept. */
const ENTRIES_MAX = 1000

export interface History {
  /** The entries of earlier prompts and of this one, the newest first. */
  readonly entries: ReadonlyArray<string>
  /** Adds an entry of one line; `undefined` is none. */
  readonly add: (entry: string | undefined) => void
}

export const historyPath = (environment: NodeJS.ProcessEnv): string => {
  const { XDG_STATE_HOME } = environment
  const state =
    XDG_STATE_HOME === undefined || XDG_STATE_HOME === ""
      ? join(homedir(), ".local", "state")
      : XDG_STATE_HOME
  return join(state, "kalshi-tape", "query-history")
}

const read = (path: string): Array<string> => {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "")
  } catch {
    return []
  }
}

/** Tries to write. A history that cannot be written is no reason to end the prompt, or to say so at every statement. */
const attempt = (write: () => void): void => {
  try {
    write()
  } catch {
    // The entry is still in this prompt.
  }
}

/** Only the user may read it: a statement may name what nobody else should know. */
const MODE = 0o600

export const openHistory = (path: string): History => {
  const lines = read(path)
  const entries = lines.slice(-ENTRIES_MAX).reverse()
  if (lines.length > 2 * ENTRIES_MAX)
    attempt(() => writeFileSync(path, `${[...entries].reverse().join("\n")}\n`, { mode: MODE }))
  return {
    entries,
    add: (entry) => {
      if (entry === undefined || entry === "" || entry === entries[0]) return
      entries.unshift(entry)
      attempt(() => {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
        appendFileSync(path, `${entry}\n`, { mode: MODE })
      })
    }
  }
}
