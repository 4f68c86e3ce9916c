/**
 * Measures text in terminal columns. A Chinese character and most emoji take two columns, and an accent takes
 * none.
 */
import stringWidth from "string-width"

/** Returns the width of a text without control characters. */
export const widthOf = (text: string): number =>
  // Measuring is slow, and nearly all text is plain ASCII.
  /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text)

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** Cuts a text that is wider than `width`, and ends it with an ellipsis. */
export const cut = (text: string, width: number): string => {
  // Only the beginning of a very long text is measured. A column rarely takes more than a few characters.
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

/** Cuts a name in its middle: tickers of one series begin alike, and differ at their ends. */
export const cutMiddle = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  const parts = [...characters.segment(text)].map(({ segment }) => segment)
  const ending: Array<string> = []
  for (let wide = 0; parts.length > 0; ) {
    wide += widthOf(parts.at(-1) ?? "")
    if (wide > Math.floor((width - 1) / 2)) break
    ending.unshift(parts.pop() ?? "")
  }
  return `${cut(parts.join(""), width - widthOf(ending.join("")))}${ending.join("")}`
}

export const padEnd = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - widthOf(text)))

export const padStart = (text: string, width: number): string =>
  " ".repeat(Math.max(0, width - widthOf(text))) + text

/**
 * Breaks text into lines of at most `width` columns. A wider word gets a line of its own. All lines but the
 * first are indented.
 */
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
