/**
 * Escapes control characters for the terminal. Titles, rules and errors come from the exchange: a control
 * character in them could move the cursor, change colours or set the window's title, and a bidirectional one
 * could reverse words. They are shown as escapes such as `\x1b`.
 */

/**
 * The characters that are escaped: C0, DEL and C1, the marks and overrides of text direction, and the Unicode
 * line and paragraph separators.
 */
const CONTROLS = "\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069"
const CONTROL = new RegExp(`[${CONTROLS}]`, "g")
const CONTROL_BUT_NEWLINE_AND_TAB = new RegExp(`(?![\\n\\t])[${CONTROLS}]`, "g")

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

const escaped = (character: string): string => {
  const code = character.charCodeAt(0)
  const hex = code.toString(16)
  return NAMED[character] ?? (code < 256 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`)
}

/** Escapes text for a single line. Line breaks are escaped too. */
export const printableLine = (text: string): string => text.replace(CONTROL, escaped)

/** Escapes text of several lines. Line breaks and tabs are kept. */
export const printable = (text: string): string => text.replace(CONTROL_BUT_NEWLINE_AND_TAB, escaped)

/**
 * Escapes a JSON document without changing its meaning. Control characters occur only inside strings, where
 * an escape is equivalent.
 */
export const printableJson = (json: string): string =>
  json.replace(
    CONTROL_BUT_NEWLINE_AND_TAB,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )
