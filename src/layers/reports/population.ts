/** The markets that the filters of a report select, in the words of SQL. */
import { quotedString as literal } from "@duckdb/node-api"
import type { Report } from "../../domain/reports/document.ts"
import type { ReportFilters } from "../../domain/reports/filters.ts"

const isOneOf = (expression: string, values: ReadonlyArray<string>): ReadonlyArray<string> =>
  values.length === 0 ? [] : [`${expression} IN (${values.map(literal).join(", ")})`]

const COMBOS: Readonly<Record<ReportFilters["combos"], ReadonlyArray<string>>> = {
  exclude: ["m.mve_collection_ticker IS NULL"],
  only: ["m.mve_collection_ticker IS NOT NULL"],
  include: []
}

const all = (conditions: ReadonlyArray<string>): string =>
  conditions.length === 0 ? "true" : conditions.join(" AND ")

/**
 * Returns the condition on the series, the category and the kind of a market. The SQL calls `markets` `m`. A market
 * that is joined from the outside and was never described fulfils it only if there are no filters of series or
 * category, and if combos are not asked for alone.
 */
export const isOfPopulation = ({ categories, combos, series }: ReportFilters): string =>
  all([...isOneOf("m.series_ticker", series), ...isOneOf("m.category", categories), ...COMBOS[combos]])

/** The category of a market. A market without one has a row of its own in tables by category. */
export const CATEGORY = "coalesce(nullif(m.category, ''), 'unknown')"

/** Returns the condition that a time lies between the ends of the filters. */
export const isWithin = (expression: string, { from, to }: Pick<ReportFilters, "from" | "to">): string =>
  all([
    ...(from === undefined ? [] : [`${expression} >= TIMESTAMPTZ ${literal(from)}`]),
    ...(to === undefined ? [] : [`${expression} < TIMESTAMPTZ ${literal(to)}`])
  ])

type ReportOptions = Report["options"]

/** Returns the times as the options of a report that uses no other filter. */
export const timeOptions = ({ from, to }: ReportFilters, row: "slot" | "quote"): ReportOptions => [
  { name: "from", value: from ?? `the first ${row}` },
  { name: "to", value: to ?? `the last ${row}` }
]

/** Returns the filters as the options of a report, for its reader. */
export const filterOptions = ({
  categories,
  combos,
  from,
  minVolume,
  series,
  to
}: ReportFilters): ReportOptions => [
  { name: "series", value: series.length === 0 ? "all" : series.join(", ") },
  { name: "category", value: categories.length === 0 ? "all" : categories.join(", ") },
  { name: "from", value: from ?? "the beginning" },
  { name: "to", value: to ?? "the end" },
  { name: "min-volume", value: String(minVolume ?? "none") },
  { name: "combos", value: combos }
]

/**
 * Returns the SELECT of the tickers in which enough contracts were traded. The recorded trades of all time count, so that
 * the markets do not depend on the range. Without a least number it selects nothing.
 */
export const busyMarkets = ({ minVolume }: Pick<ReportFilters, "minVolume">): string =>
  minVolume === undefined
    ? "SELECT ''::VARCHAR AS ticker WHERE false"
    : `SELECT ticker FROM trades GROUP BY ticker HAVING sum(count) >= ${minVolume}`
