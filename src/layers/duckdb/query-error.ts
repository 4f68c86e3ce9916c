/** DuckDB's errors in one line: what is wrong and what to do, without the echo of the statement. */
import { publicTables } from "../../domain/catalog.ts"
import { QueryFailed } from "../../domain/errors.ts"

const UNKNOWN_TABLE = /Table with name (.+?) does not exist/

/** Longest message handed on; a value that could not be converted may be a whole document. */
const LENGTH_MAX = 1000

const tables = publicTables.map(({ name }) => name).join(", ")

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim()

export const explained = (message: string): QueryFailed => {
  const unknown = UNKNOWN_TABLE.exec(message)?.[1]
  if (unknown !== undefined)
    return new QueryFailed({ why: `table ${oneLine(unknown)} does not exist; tables are ${tables}` })
  // From "LINE 1:" on there is the statement again, with a caret under it.
  const said = oneLine(
    message.replace(/\n+LINE \d+:[\s\S]*$/, "").replace(/^Failed to extract statements: /, "")
  )
  if (said.includes("file system operations are disabled")) {
    return new QueryFailed({ why: `${said}: query reads the recorded tables only (${tables})` })
  }
  return new QueryFailed({ why: said.length > LENGTH_MAX ? `${said.slice(0, LENGTH_MAX)}…` : said })
}
