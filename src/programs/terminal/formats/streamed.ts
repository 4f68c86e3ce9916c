/** The formats that are written row by row, however many there are. */
import type { QueryColumn, QueryRow } from "../../../services/Analytics.ts"
import { printable, printableLine } from "../printable.ts"
import { padStart, widthOf } from "../text-width.ts"
import { isNumeric, jsonOf, textOf } from "./values.ts"

/** What is written of an answer: before its rows, for each of them, and after the last. */
export interface Streamed {
  readonly head: string
  readonly row: (row: QueryRow) => string
  readonly tail: (rows: number) => string
}

export type StreamedFormat = (columns: ReadonlyArray<QueryColumn>, onTerminal: boolean) => Streamed

const csvField = (text: string): string =>
  text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** RFC 4180 with a header: NULL as nothing, the empty string as `""`. Only a terminal gets escapes. */
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

/** One array of objects, a row a line. */
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

/** One object a line, for programs that read line by line. */
export const ndjson: StreamedFormat = (columns) => {
  const names = columns.map(({ name }) => jsonOf(name))
  return { head: "", row: (row) => `${objectOf(names, row)}\n`, tail: () => "" }
}

/** One value a line, for rows that are too wide for a table. */
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

/** A table of GitHub's Markdown. */
export const markdown: StreamedFormat = (columns) => ({
  head: `| ${columns.map(({ name }) => markdownCell(name)).join(" | ")} |\n|${columns.map((column) => (isNumeric(column) ? "--:" : "---")).join("|")}|\n`,
  row: (row) =>
    `| ${row.map((value) => (value === null ? "NULL" : markdownCell(textOf(value)))).join(" | ")} |\n`,
  tail: () => ""
})
