/** Splits SQL into its statements as DuckDB does. Semicolons inside strings, quoted names and comments end none. */

/** A name. It may contain a dollar sign, so that one in its middle begins no string. */
const NAME = String.raw`[a-z_\u0080-\uffff][\w$\u0080-\uffff]*`
const TAG = String.raw`\$((?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$`

/** The parts of SQL that have an end, after the other parts that could be mistaken for their beginning. */
const PARTS = [
  String.raw`e'(?:[^'\\]|\\[\s\S]|'')*'`,
  NAME,
  "'(?:[^']|'')*'",
  '"(?:[^"]|"")*"',
  String.raw`${TAG}[\s\S]*?\$\1\$`,
  String.raw`--[^\n\r]*`,
  String.raw`/\*[\s\S]*?\*/`
]

/** A string, a quoted name or a comment that does not end. */
const OPEN = String.raw`(?<open>(?:'|"|/\*|\$(?:[a-z_]\w*)?\$)[\s\S]*)`

const TOKEN = new RegExp(`${PARTS.join("|")}|${OPEN}|[^]`, "gi")

const BLANK = /^(?:\s+|;|--[^\n\r]*(?:[\n\r]|$)|\/\*[\s\S]*?\*\/)*/

/** Tells whether a text has nothing but spaces, comments and semicolons. */
export const isBlank = (sql: string): boolean => (BLANK.exec(sql)?.[0] ?? "").length === sql.length

export interface SplitSql {
  /** The statements that a semicolon ends, without it. */
  readonly ended: ReadonlyArray<string>
  /** The text after the last of these semicolons. */
  readonly rest: string
  /** Whether the text ends inside a string, a quoted name or a comment. */
  readonly isOpen: boolean
}

export const split = (sql: string): SplitSql => {
  const ended: Array<string> = []
  let [from, isOpen] = [0, false]
  for (const { 0: token, groups, index } of sql.matchAll(TOKEN)) {
    if (groups?.open !== undefined) isOpen = true
    if (token !== ";") continue
    ended.push(sql.slice(from, index))
    from = index + 1
  }
  return { ended, rest: sql.slice(from), isOpen }
}

/** Returns the statements in a text, each without its semicolon. */
export const statementsIn = (sql: string): ReadonlyArray<string> => {
  const { ended, rest } = split(sql)
  return [...ended, rest].filter((text) => !isBlank(text))
}

/**
 * Writes SQL in one line, or returns nothing if a string or a quoted name in it has a line break. A comment up to the
 * end of its line becomes one that ends.
 */
export const oneLine = (sql: string): string | undefined => {
  let line = ""
  for (const [token] of sql.matchAll(TOKEN)) {
    if (token.startsWith("--")) line += `/*${token.slice(2).replaceAll("*/", "* /")} */`
    else if (/^\s$/.test(token)) line += line.endsWith(" ") ? "" : " "
    else if (/[\n\r]/.test(token)) return undefined
    else line += token
  }
  return line.trim()
}

/** Returns the first word of a statement in capitals, or its beginning if that is no word. */
export const firstWord = (sql: string): string => {
  const bare = sql.slice(BLANK.exec(sql)?.[0].length)
  return (/^[a-z_]+/i.exec(bare)?.[0] ?? bare.slice(0, 20)).toUpperCase()
}
