/** Writes text into HTML. Titles and rules are somebody else's text, so all text is escaped. */
import { printable } from "../terminal/printable.ts"

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

/** Escapes a text for an element or for an attribute in quotes. Control characters become visible escapes. */
export const escaped = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)

/** Escapes a sentence. A percent sign stays on the line of its number. */
export const prose = (text: string): string => escaped(text).replace(/(\d) %/g, "$1\u00a0%")

/** Joins the parts of a page. Absent parts leave no trace. */
export const lines = (...parts: ReadonlyArray<string | undefined>): string =>
  parts.filter((part) => part !== undefined && part !== "").join("\n")
