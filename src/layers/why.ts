/** Why something failed that SQLite, DuckDB or the operating system was asked to do, in words that say what to do. */

import { whyNotLoaded } from "./native-modules.ts"

/** By SQLite's codes and by those of the operating system. */
const advice: Readonly<Record<string, string>> = {
  SQLITE_FULL: "the disk is full; free some space and start again, nothing committed is lost",
  SQLITE_BUSY: "another process holds the database for longer than 5 s",
  SQLITE_CORRUPT: "the file is damaged; run `kalshi log verify` to see where",
  SQLITE_NOTADB: "the file is not an SQLite database",
  SQLITE_CANTOPEN: "the file cannot be opened; check that the folder exists and may be read and written",
  SQLITE_READONLY: "the file may not be written"
}

export const whyOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (error.cause !== undefined) return whyOf(error.cause)
  const notLoaded = whyNotLoaded(error)
  if (notLoaded !== undefined) return notLoaded
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined
  const known = code === undefined ? undefined : advice[code]
  return known === undefined ? error.message : `${known} (${code}: ${error.message})`
}
