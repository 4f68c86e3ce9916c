/**
 * Somebody else's text on a terminal. Titles, rules and errors come from the exchange: a control character in
 * them could move the cursor, change colours or retitle the window, and a bidirectional one could turn words
 * round. They are shown as escapes instead, such as `\x1b`.
 */

/** C0, DEL and C1; then marks and overrides of direction, and the separators that some take for line ends. */
const CONTROLS = "\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069"
const CONTROL = new RegExp(`[${CONTROLS}]`, "g")
const CONTROL_BUT_NEWLINE_AND_TAB = new RegExp(`(?![\\n\\t])[${CONTROLS}]`, "g")

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

const escaped = (character: string): string => {
  const code = character.charCodeAt(0)
  const hex = code.toString(16)
  return NAMED[character] ?? (code < 256 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`)
}

/** For one line: line breaks are escaped too. */
export const printableLine = (text: string): string => text.replace(CONTROL, escaped)

/** For text that has lines of its own. */
export const printable = (text: string): string => text.replace(CONTROL_BUT_NEWLINE_AND_TAB, escaped)

/** The same document of JSON: control characters stand in strings alone, where an escape means the same. */
export const printableJson = (json: string): string =>
  json.replace(
    CONTROL_BUT_NEWLINE_AND_TAB,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )
