/** The markets that the filters of a report select, in the words of SQL. */
import { quotedString as literal } from "@duckdb/node-api"
import type { ReportFilters } from "../../domain/reports/filters.ts"
import { type Moment, momentText } from "../../domain/units/moment.ts"

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

/** Returns a time as a literal of SQL. */
export const timeLiteral = (moment: Moment): string => `TIMESTAMPTZ ${literal(momentText(moment))}`

/** Returns the condition that a time lies between the ends of the filters. */
export const isWithin = (expression: string, { from, to }: Pick<ReportFilters, "from" | "to">): string =>
  all([
    ...(from === undefined ? [] : [`${expression} >= ${timeLiteral(from)}`]),
    ...(to === undefined ? [] : [`${expression} < ${timeLiteral(to)}`])
  ])

/** Returns the filters as the options of a report, for its reader. */
export const filterOptions = ({
  categories,
  combos,
  from,
  minVolume,
  series,
  to
}: ReportFilters): ReadonlyArray<{ readonly name: string; readonly value: string }> => [
  { name: "series", value: series.length === 0 ? "all" : series.join(", ") },
  { name: "category", value: categories.length === 0 ? "all" : categories.join(", ") },
  { name: "from", value: from === undefined ? "the beginning" : from.iso },
  { name: "to", value: to === undefined ? "the end" : to.iso },
  { name: "min-volume", value: minVolume === undefined ? "none" : String(minVolume) },
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
