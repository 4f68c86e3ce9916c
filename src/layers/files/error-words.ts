/** Turns errors of SQLite, DuckDB and the operating system into words that say what to do. */
import { whyNotLoaded } from "../native-modules.ts"

const FULL = "the disk is full; free some space and start again, nothing committed is lost"
const FAILING =
  "the disk could not be read or written: it is full, over its quota, or failing. Free some space, and look at the system's log"
const NOT_ALLOWED = "you are not allowed to; check who owns the files and the folder, or work as their owner"
const READ_ONLY = "the disk is mounted read-only; name a place that may be written"
const QUOTA = "your quota on this disk is used up; free some space and start again, nothing committed is lost"

/** Advice by error code of SQLite and of the operating system. */
const advice: Readonly<Record<string, string>> = {
  SQLITE_FULL: FULL,
  SQLITE_IOERR: FAILING,
  // The shared-memory file beside the database could not be extended.
  SQLITE_IOERR_SHMSIZE: FULL,
  SQLITE_BUSY: "another process holds the database for longer than 5 s",
  SQLITE_CORRUPT: "the file is damaged; run `kalshi log verify` to see where",
  SQLITE_NOTADB: "the file is not an SQLite database",
  SQLITE_CANTOPEN: "the file cannot be opened; check that the folder exists and may be read and written",
  SQLITE_READONLY: "the file may not be written",
  ENOSPC: FULL,
  EDQUOT: QUOTA,
  EROFS: READ_ONLY,
  EACCES: NOT_ALLOWED,
  EPERM: NOT_ALLOWED,
  EIO: FAILING,
  ENOTDIR: "a file stands where there should be a folder",
  EISDIR: "a folder stands where there should be a file",
  EEXIST: "something else stands there already",
  ENOENT: "there is no such file or folder",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open; raise the limit (ulimit -n)"
}

/** Advice by message. DuckDB passes on the messages of the operating system, without their codes. */
const phrases: ReadonlyArray<readonly [RegExp, string]> = [
  [/no space left on device|out of disk space/i, FULL],
  [/disk quota exceeded/i, QUOTA],
  [/read-only file ?system/i, READ_ONLY],
  [/permission denied|operation not permitted/i, NOT_ALLOWED]
]

/**
 * Finds the advice for an extended code of SQLite under its primary code: `SQLITE_IOERR_WRITE` is a kind of
 * `SQLITE_IOERR`.
 */
const adviceOn = (code: string): string | undefined =>
  advice[code] ?? advice[code.split("_").slice(0, 2).join("_")]

/** Returns the path that an error of Node names. Errors of the SQLite driver name none. */
const pathOf = (error: Error): string => ("path" in error ? ` (${String(error.path)})` : "")

/** Returns the code of the innermost cause of an error, if it has one. */
export const codeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  if (error.cause !== undefined) return codeOf(error.cause)
  return "code" in error && typeof error.code === "string" ? error.code : undefined
}

export const whyOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (error.cause !== undefined) return whyOf(error.cause)
  const notLoaded = whyNotLoaded(error)
  if (notLoaded !== undefined) return notLoaded
  const code = codeOf(error) ?? ""
  const known = adviceOn(code)
  if (known !== undefined) return known + pathOf(error)
  return phrases.find(([phrase]) => phrase.test(error.message))?.[1] ?? error.message
}
