/** Lays out text in lines of a given width. */

/** The no-break space: lines are not broken at it. */
export const FIRM = "\u00a0"

/** Breaks text into lines of at most `columns` columns. A longer word gets a line of its own. */
export const wrap = (text: string, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else {
      line = line === "" ? word : `${line} ${word}`
    }
  }
  return [...lines, line].map((one) => one.replaceAll(FIRM, " "))
}

export interface Item {
  readonly term: string
  readonly about: string
}

const INDENT = "  "

/** The usual largest width of the term column. A wider term gets a line of its own. */
const TERM_COLUMNS_MAX = 30

const itemLines = ({ about, term }: Item, termColumns: number, columns: number): ReadonlyArray<string> => {
  const beside = " ".repeat(INDENT.length + termColumns + 2)
  const [first = "", ...rest] = wrap(about, columns - beside.length).map((line) => `${beside}${line}`)
  return term.length > termColumns
    ? [`${INDENT}${term}`, first, ...rest]
    : [`${INDENT}${term.padEnd(termColumns + 2)}${first.slice(beside.length)}`, ...rest]
}

/** Lays out a titled list of terms with their descriptions. The result is empty if there are no items. */
export const section = (
  title: string,
  items: ReadonlyArray<Item>,
  columns: number,
  termColumnsMax = TERM_COLUMNS_MAX
): ReadonlyArray<string> => {
  const termColumns = Math.min(termColumnsMax, Math.max(0, ...items.map(({ term }) => term.length)))
  return items.length === 0
    ? []
    : ["", title, ...items.flatMap((item) => itemLines(item, termColumns, columns))]
}
