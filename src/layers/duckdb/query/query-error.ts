/**
 * Turns an error of DuckDB into one line that says what is wrong and what to do, followed by its place in the
 * statement with a caret below it.
 */

import { QueryFailed } from "../../../domain/errors.ts"
import { publicTables } from "../../../domain/read/catalog.ts"

const UNKNOWN_TABLE = /Table with name (.+?) does not exist/

/** The length to which a message is cut. A value that could not be converted may be a whole document. */
const LENGTH_MAX = 1000
/** The number of candidates that are named. DuckDB lists all 40 forms of an operator. */
const CANDIDATES_MAX = 3

const tables = publicTables.map(({ name }) => name).join(", ")

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim()

/** Matches `LINE 1: SELECT … ^` at the end of a message: the statement, with a caret below the error. */
const PLACE = /\n+(LINE \d+:[^\n]*\n *\^)\s*$/

const few = (candidates: ReadonlyArray<string>): string => {
  const more = candidates.length - CANDIDATES_MAX
  return `${candidates.slice(0, CANDIDATES_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`
}

const fewCandidates = (text: string): string =>
  text
    .replace(/\s*Candidate functions:\n((?:[^\S\n]+\S[^\n]*(?:\n|$))+)/, (_, list: string) => {
      const candidates = list.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]))
      return ` Candidate functions: ${few(candidates)}\n`
    })
    .replace(
      /(Candidate bindings: )((?:"[^"\n]*"(?:, )?)+)/,
      (_, head: string, list: string) => `${head}${few(list.split(/(?<="), (?=")/))}`
    )

/** Matches what DuckDB says of a Parquet file that it cannot read. */
const DAMAGED = /Failed to read file|No magic bytes found|don't know what type/

/** Matches the advice to install an extension, which query refuses. */
const EXTENSION = /"?([\w.]+)"? is not in the catalog, but it exists in the (\w+) extension\.[\s\S]*/
const NO_EXTENSIONS = "$1 is part of DuckDB's extension $2, and query loads no extensions"

/** Matches what DuckDB says if its parser's stack is full. Its advice is a setting, and query refuses those. */
const NESTED = /^Parser Error: memory exhausted|Max expression depth limit/

const limited = (message: string): string | undefined => {
  if (message.includes("max_temp_directory_size"))
    return "the query spills more to the disk than it may. Ask for less of it, or allow more with --temp-limit"
  if (message.startsWith("Out of Memory Error"))
    return "the query needs more memory than it may use. Ask for less of it, or allow more with --memory"
  if (NESTED.test(message))
    return "the SQL is nested too deeply, or repeats an operator too often. Nest less, or use a list, as in x IN (…)"
  return undefined
}

export const explained = (message: string): QueryFailed => {
  const text = message.replace(/^Failed to extract statements: /, "")
  const place = PLACE.exec(text)?.[1]
  const where = place === undefined ? "" : `\n${place}`
  const unknown = UNKNOWN_TABLE.exec(text)?.[1]
  if (unknown !== undefined)
    return new QueryFailed({ why: `table ${oneLine(unknown)} does not exist; tables are ${tables}${where}` })
  const over = limited(text)
  if (over !== undefined) return new QueryFailed({ why: over })
  const bare = text.replace(/\n+LINE \d+:[\s\S]*$/, "").replace(EXTENSION, NO_EXTENSIONS)
  const line = oneLine(fewCandidates(bare))
  if (line.includes("file system operations are disabled"))
    return new QueryFailed({ why: `${line}: query reads the recorded tables only (${tables})` })
  if (DAMAGED.test(line))
    return new QueryFailed({ why: `${line}: a file of the lake is damaged; \`kalshi replay\` makes it anew` })
  return new QueryFailed({
    why: `${line.length > LENGTH_MAX ? `${line.slice(0, LENGTH_MAX)}…` : line}${where}`
  })
}
