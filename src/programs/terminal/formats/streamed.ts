/** The output formats that are written row by row, so that an answer may have any number of rows. */
import type { QueryColumn, QueryRow } from "../../../services/Analytics.ts"
import { printable, printableLine } from "../printable.ts"
import { padStart, widthOf } from "../text-width.ts"
import { isNumeric, jsonOf, textOf } from "./values.ts"

/**
 * The parts of the output: the text before the rows, the text of each row, and the text after the last row.
 */
export interface Streamed {
  readonly head: string
  readonly row: (row: QueryRow) => string
  readonly tail: (rows: number) => string
}

export type StreamedFormat = (columns: ReadonlyArray<QueryColumn>, onTerminal: boolean) => Streamed

const csvField = (text: string): string =>
  text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/**
 * CSV as in RFC 4180, with a header. NULL is an empty field, and the empty string is `""`. Control characters
 * are escaped only on a terminal.
 */
export const csv: StreamedFormat = (columns, onTerminal) => {
  const shown = onTerminal ? printable : (text: string) => text
  return {
    head: `${columns.map(({ name }) => csvField(shown(name))).join(",")}\n`,
    row: (row) => `${row.map((value) => (value === null ? "" : csvField(shown(textOf(value))))).join(",")}\n`,
    tail: () => ""
  }
}

const objectOf = (names: ReadonlyArray<string>, row: QueryRow): string =>
  `{${names.map((name, at) => `${name}: ${jsonOf(row[at] ?? null)}`).join(", ")}}`

/** JSON: one array of objects, with one row per line. */
export const json: StreamedFormat = (columns) => {
  const names = columns.map(({ name }) => jsonOf(name))
  let separator = "\n"
  return {
    head: "[",
    row: (row) => {
      const line = `${separator}  ${objectOf(names, row)}`
      separator = ",\n"
      return line
    },
    tail: (rows) => (rows === 0 ? "]\n" : "\n]\n")
  }
}

/** NDJSON: one object per line. */
export const ndjson: StreamedFormat = (columns) => {
  const names = columns.map(({ name }) => jsonOf(name))
  return { head: "", row: (row) => `${objectOf(names, row)}\n`, tail: () => "" }
}

/** One value per line, for rows that are too wide for a table. */
export const line: StreamedFormat = (columns) => {
  const names = columns.map(({ name }) => printableLine(name))
  const width = Math.max(0, ...names.map(widthOf))
  const heads = names.map((name) => padStart(name, width))
  let separator = ""
  return {
    head: "",
    row: (row) => {
      const lines = heads.map((head, at) => {
        const value = row[at] ?? null
        return `${head} = ${value === null ? "NULL" : printableLine(textOf(value))}\n`
      })
      const text = separator + lines.join("")
      separator = "\n"
      return text
    },
    tail: (rows) => (rows === 0 ? "no rows\n" : "")
  }
}

const markdownCell = (text: string): string =>
  printable(text.replace(/\r\n?/g, "\n")).replace(/[\\|]/g, "\\$&").replaceAll("\n", "<br>")

/** A table in GitHub's Markdown. */
export const markdown: StreamedFormat = (columns) => ({
  head: `| ${columns.map(({ name }) => markdownCell(name)).join(" | ")} |\n|${columns.map((column) => (isNumeric(column) ? "--:" : "---")).join("|")}|\n`,
  row: (row) =>
    `| ${row.map((value) => (value === null ? "NULL" : markdownCell(textOf(value)))).join(" | ")} |\n`,
  tail: () => ""
})
