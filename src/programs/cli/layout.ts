/** Text in lines of a given width. */

/** A space at which no line ends. */
export const FIRM = "\u00a0"

/** Words in lines of at most so many columns; a longer word has a line of its own. */
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

/** A wider term has a line of its own. */
const TERM_COLUMNS_MAX = 30

const itemLines = ({ about, term }: Item, termColumns: number, columns: number): ReadonlyArray<string> => {
  const beside = " ".repeat(INDENT.length + termColumns + 2)
  const [first = "", ...rest] = wrap(about, columns - beside.length).map((line) => `${beside}${line}`)
  return term.length > termColumns
    ? [`${INDENT}${term}`, first, ...rest]
    : [`${INDENT}${term.padEnd(termColumns + 2)}${first.slice(beside.length)}`, ...rest]
}

/** Terms, and beside each what it means, below a title; nothing without any. */
export const section = (
  title: string,
  items: ReadonlyArray<Item>,
  columns: number
): ReadonlyArray<string> => {
  const termColumns = Math.min(TERM_COLUMNS_MAX, Math.max(0, ...items.map(({ term }) => term.length)))
  return items.length === 0
    ? []
    : ["", title, ...items.flatMap((item) => itemLines(item, termColumns, columns))]
}
