/** Text measured in columns of a terminal: a Chinese character and most emoji take two, an accent none. */
import stringWidth from "string-width"

/** Columns that some text takes, which has no control characters. */
export const widthOf = (text: string): number =>
  // The measuring takes longer than all else, and nearly all text is plain.
  /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text)

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** The beginning of a text that is wider than `width`, with an ellipsis. */
export const cut = (text: string, width: number): string => {
  // A column takes no more than a few characters, and a text may be a book.
  const near = text.length > 8 * width + 64 ? text.slice(0, 8 * width + 64) : text
  if (near.length === text.length && widthOf(text) <= width) return text
  let shown = ""
  let wide = 1
  for (const { segment } of characters.segment(near)) {
    wide += widthOf(segment)
    if (wide > width) break
    shown += segment
  }
  return `${shown}…`
}

export const padEnd = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - widthOf(text)))

export const padStart = (text: string, width: number): string =>
  " ".repeat(Math.max(0, width - widthOf(text))) + text

/** Words on lines of at most `width`; a word that is wider has a line of its own. All but the first are indented. */
export const wrap = (text: string, width: number, indent = ""): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`
    if (line !== "" && widthOf(longer) > width) {
      lines.push(line)
      line = indent + word
    } else {
      line = longer
    }
  }
  return [...lines, line]
}
