/**
 * Reads the filters that a plan of DuckDB names for a scan, such as `ticker='KX-1'`. Each is a text of its own and
 * holds for all rows that the statement needs of the scan. A filter that is not understood as a whole is ignored.
 */
import type { PublicTable } from "../../../domain/read/view.ts"
import { type Bound, type Bounds, bothOf, type ColumnBounds, eitherOf } from "../staging/bounds.ts"
import { kindOf } from "../staging/kinds.ts"

/** A text of printable ASCII, which JavaScript sorts as SQLite does, a time in UTC, or a whole number. */
const CONSTANT = String.raw`'(?:[ -&(-~]|'')*'(?:::TIMESTAMP WITH TIME ZONE)?|-?\d{1,15}(?![\d.])`
const COMPARISON = new RegExp(String.raw`(\w+)(=|<=|>=|<|>)(${CONSTANT})`, "y")
const LIST = new RegExp(String.raw`(\w+) IN \(((?:${CONSTANT})(?:, (?:${CONSTANT}))*)\)`, "y")
const CONSTANTS = new RegExp(CONSTANT, "g")

/** Years of four digits whose microseconds a double holds exactly. */
const TIME =
  /^'((?:19[7-9]\d|20\d\d|21\d\d)-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00'::TIMESTAMP WITH TIME ZONE$/

const microsOf = (text: string): number | undefined => {
  const match = TIME.exec(text)
  if (match === null) return undefined
  const [, day, second, fraction = ""] = match
  return Date.parse(`${day}T${second}Z`) * 1000 + Number(fraction.padEnd(6, "0"))
}

/** Returns the value of a constant, if a column of the table can be compared with it in SQLite. */
const boundOf = (table: PublicTable, column: string, text: string): Bound | undefined => {
  if (!(column in table.columns)) return undefined
  switch (kindOf(table, column)) {
    case "text":
      return text.endsWith("'") && text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : undefined
    case "slot":
    case "time":
      return microsOf(text)
    case "integer":
      return text.startsWith("'") ? undefined : Number(text)
    default:
      return undefined
  }
}

const among = (values: ReadonlyArray<Bound>): ColumnBounds => {
  if (values.every((value) => typeof value === "string")) return { values }
  const numbers = values.map(Number)
  return { from: Math.min(...numbers), to: Math.max(...numbers) }
}

interface Term {
  readonly column: string
  readonly bounds: ColumnBounds
}

const comparison = (table: PublicTable, column: string, operator: string, text: string): Term | undefined => {
  const value = boundOf(table, column, text)
  if (value === undefined) return undefined
  if (operator === "=") return { column, bounds: among([value]) }
  return { column, bounds: operator.startsWith("<") ? { to: value } : { from: value } }
}

const list = (table: PublicTable, column: string, texts: ReadonlyArray<string>): Term | undefined => {
  const values = texts.map((text) => boundOf(table, column, text))
  const known = values.filter((value) => value !== undefined)
  return known.length === values.length ? { column, bounds: among(known) } : undefined
}

/** Reads the term that begins at a place. */
const termAt = (table: PublicTable, filter: string, at: number) => {
  for (const pattern of [COMPARISON, LIST]) {
    pattern.lastIndex = at
    const match = pattern.exec(filter)
    if (match === null) continue
    const [, column = "", second = "", third = ""] = match
    const term =
      pattern === COMPARISON
        ? comparison(table, column, second, third)
        : list(table, column, second.match(CONSTANTS) ?? [])
    return term === undefined ? undefined : { term, end: pattern.lastIndex }
  }
  return undefined
}

/** Reads a filter: terms of one column that are joined by AND, or by OR. */
const readFilter = (table: PublicTable, filter: string): Term | undefined => {
  const text = filter.replace(/^optional: /, "")
  let read: Term | undefined
  let joint = ""
  for (let at = 0; ; ) {
    const found = termAt(table, text, at)
    if (found === undefined || (read !== undefined && found.term.column !== read.column)) return undefined
    const { bounds } = found.term
    const combine = joint === " OR " ? eitherOf : bothOf
    read = read === undefined ? found.term : { ...read, bounds: combine(read.bounds, bounds) }
    if (found.end === text.length) return read
    const next = / AND | OR /y
    next.lastIndex = found.end
    const [word] = next.exec(text) ?? []
    if (word === undefined || (joint !== "" && word !== joint)) return undefined
    joint = word
    at = next.lastIndex
  }
}

const hasEvenQuotes = (filter: string): boolean => (filter.split("'").length - 1) % 2 === 0

/** Returns the bounds that the filters of one scan mean. */
export const boundsOfFilters = (table: PublicTable, filters: ReadonlyArray<string>): Bounds => {
  // A constant with a line break is cut there, and its parts look like filters. The first of them has an odd number
  // of quotes.
  if (!filters.every(hasEvenQuotes)) return new Map()
  const bounds = new Map<string, ColumnBounds>()
  for (const filter of filters) {
    const term = readFilter(table, filter)
    if (term === undefined) continue
    const before = bounds.get(term.column)
    bounds.set(term.column, before === undefined ? term.bounds : bothOf(before, term.bounds))
  }
  return bounds
}

/** Returns the bounds of the rows that one or more of several scans need. */
export const boundsOfScans = (scans: ReadonlyArray<Bounds>): Bounds => {
  const [first = new Map(), ...others] = scans
  const bounds = new Map<string, ColumnBounds>()
  for (const [column, ofFirst] of first) {
    const all = others.map((scan) => scan.get(column) ?? {})
    const either = all.reduce(eitherOf, ofFirst)
    if (Object.keys(either).length > 0) bounds.set(column, either)
  }
  return bounds
}
