/**
 * The public tables as they were knowable at a time, in DuckDB's SQL over the tables of the schema `recorded`. Of the
 * facts of the lake, and of the versions of entities, those tables have only the rows up to the last observation
 * before the time, by its number in the log. Everything else is cut here, by when it was observed or recorded.
 */
import { lakeTables } from "../read/lake.ts"
import { endedAt } from "../read/markets/ended.ts"
import type { PublicTable } from "../read/view.ts"

/** The times are microseconds since 1970. */
export interface AsOf {
  readonly micros: number
  /** The last observation before the first one that came after the time. */
  readonly seq: number
}

/** A public table as of a time. */
export interface TableAsOf {
  /** The tables in the schema `recorded` that the SQL reads. */
  readonly reads: ReadonlyArray<string>
  readonly sql: string
}

/** The schema of the tables as they are. */
export const RECORDED = "recorded"

const timeOf = ({ micros }: AsOf): string => `make_timestamptz(${micros})`

/** The newest version of each entity. As in the table, a final description yields only to a later final one. */
const newestVersions = (history: string, key: string, finalFirst = ""): string =>
  `SELECT * FROM ${RECORDED}.${history} QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY ${finalFirst}seq DESC) = 1`

const EVENTS = newestVersions("event_history", "event_ticker")
const SERIES = newestVersions("series_history", "series_ticker")
const MARKETS = newestVersions(
  "market_history",
  "ticker",
  "(status IN ('finalized', 'settled')) IS TRUE DESC, "
)

const CATEGORY_OF_EVENT = "coalesce(nullif(e.category, ''), s.category, e.category)"

const columnsFrom = (
  { columns }: PublicTable,
  alias: string,
  others: Readonly<Record<string, string>>
): string =>
  Object.keys(columns)
    .map((column) => `${others[column] ?? `${alias}."${column}"`} AS "${column}"`)
    .join(", ")

const markets = (table: PublicTable): TableAsOf => ({
  reads: ["market_history", "event_history", "series_history"],
  sql: `
    WITH m AS (${MARKETS}), e AS (${EVENTS}), s AS (${SERIES})
    SELECT ${columnsFrom(table, "m", {
      series_ticker: "e.series_ticker",
      category: `coalesce(nullif(m.category, ''), ${CATEGORY_OF_EVENT})`,
      ended_at: endedAt("m"),
      not_found_at: "NULL::TIMESTAMPTZ"
    })}
    FROM m
    LEFT JOIN e ON e.event_ticker = m.event_ticker
    LEFT JOIN s ON s.series_ticker = e.series_ticker`
})

const events = (table: PublicTable): TableAsOf => ({
  reads: ["event_history", "series_history"],
  sql: `
    WITH e AS (${EVENTS}), s AS (${SERIES})
    SELECT ${columnsFrom(table, "e", { category: CATEGORY_OF_EVENT })}
    FROM e LEFT JOIN s ON s.series_ticker = e.series_ticker`
})

const series = (table: PublicTable): TableAsOf => ({
  reads: ["series_history"],
  sql: `WITH s AS (${SERIES}) SELECT ${columnsFrom(table, "s", {})} FROM s`
})

/** Legs are part of the description of a combo. Dollars have four digits, so rounding them changes nothing. */
const comboLegs: TableAsOf = {
  reads: ["market_history"],
  sql: `
    WITH m AS (${MARKETS}),
    legs AS (
      SELECT ticker, json_extract(mve_selected_legs, '$[*]') AS all_legs FROM m WHERE json_valid(mve_selected_legs)
    ),
    numbered AS (
      SELECT ticker, unnest(generate_series(1, len(all_legs))) AS leg, unnest(all_legs) AS l FROM legs
    )
    SELECT ticker, leg::BIGINT AS leg, l ->> 'event_ticker' AS leg_event_ticker, l ->> 'market_ticker' AS leg_ticker,
      l ->> 'side' AS side,
      (round((l ->> 'yes_settlement_value_dollars')::DOUBLE * 1000000) / 10000)::DECIMAL(9,4) AS yes_settlement_value
    FROM numbered`
}

/** The payouts that final descriptions say. Their last quote is no part of the terms, and is not known as of a time. */
const settlements: TableAsOf = {
  reads: ["market_history"],
  sql: `
    WITH m AS (${MARKETS}),
    paid AS (
      SELECT *, coalesce(settlement_value, CASE result WHEN 'yes' THEN 100 WHEN 'no' THEN 0 END)::DECIMAL(9,4) AS payout
      FROM m WHERE status IN ('finalized', 'settled')
    )
    SELECT ticker, event_ticker, settlement_ts AS settled_at, result,
      NULL::DECIMAL(9,4) AS final_yes_price, NULL::DECIMAL(9,4) AS final_no_price,
      payout AS yes_payout, (100 - payout)::DECIMAL(9,4) AS no_payout
    FROM paid`
}

/** A run that had not ended was running, or about to: how it ended was not known, but that its slot was due was. */
const RUNS = (asOf: AsOf): string => {
  const time = timeOf(asOf)
  const ended = (column: string, otherwise: string) =>
    `CASE WHEN has_ended THEN ${column} ELSE ${otherwise} END AS ${column}`
  return `
    SELECT feed, slot, "interval", CASE WHEN started_at <= ${time} THEN started_at END AS started_at,
      ${ended("finished_at", "NULL")}, ${ended("status", "'running'")}, ${ended("reason", "NULL")},
      ${ended("pages", "0")}, ${ended("items", "0")}, ${ended("watermark", "NULL")}, ${ended("failed_attempts", "0")}
    FROM (
      SELECT *, status <> 'running' AND coalesce(finished_at, slot) <= ${time} AS has_ended
      FROM ${RECORDED}.collection_runs WHERE slot <= ${time}
    )`
}

const collectionRuns = (asOf: AsOf): TableAsOf => ({ reads: ["collection_runs"], sql: RUNS(asOf) })

const coverage = (asOf: AsOf): TableAsOf => ({
  reads: ["collection_runs"],
  sql: `
    WITH runs AS (SELECT *, strftime(slot, '%Y-%m-%d') AS day FROM (${RUNS(asOf)}))
    SELECT feed, day, count(*) AS slots_due,
      count(*) FILTER (status = 'complete') AS complete,
      count(*) FILTER (status = 'complete' AND reason IS NOT NULL) AS warnings,
      count(*) FILTER (status = 'failed') AS failed,
      count(*) FILTER (status = 'skipped') AS skipped,
      count(*) FILTER (status = 'missed') AS missed,
      count(*) FILTER (status = 'running') AS running,
      count(*) FILTER (status = 'complete') / nullif(count(*) FILTER (status <> 'running'), 0) AS complete_share,
      sum(pages)::BIGINT AS pages, sum(items)::BIGINT AS items, sum(failed_attempts)::BIGINT AS failed_attempts,
      arg_min(reason, slot) FILTER (status = 'failed') AS first_failure,
      arg_min(reason, slot) FILTER (status = 'complete' AND reason IS NOT NULL) AS first_warning
    FROM runs GROUP BY feed, day`
})

/** How a backfill ended is known once it has; until then only that it was asked for. */
const backfills = (asOf: AsOf): TableAsOf => {
  const whenEnded = (column: string, type: string) =>
    `CASE WHEN finished_at <= ${timeOf(asOf)} THEN ${column} ELSE NULL::${type} END AS ${column}`
  return {
    reads: ["backfills"],
    sql: `
      SELECT slot, spec, ${whenEnded("status", "VARCHAR")}, ${whenEnded("reason", "VARCHAR")},
        ${whenEnded("attempt", "TIMESTAMPTZ")},
        CASE WHEN started_at <= ${timeOf(asOf)} THEN started_at END AS started_at,
        ${whenEnded("finished_at", "TIMESTAMPTZ")}, ${whenEnded("requests", "BIGINT")},
        ${whenEnded("requests_done", "BIGINT")}, ${whenEnded("pages", "BIGINT")}, ${whenEnded("items", "BIGINT")}
      FROM ${RECORDED}.backfills WHERE slot <= ${timeOf(asOf)}`
  }
}

const quarantine = (asOf: AsOf): TableAsOf => ({
  reads: ["quarantine"],
  sql: `
    SELECT seq, projection, item, error, first_seen,
      CASE WHEN resolved_at <= ${timeOf(asOf)} THEN resolved_at END AS resolved_at
    FROM ${RECORDED}.quarantine WHERE seq <= ${asOf.seq}`
})

const cut = (name: string, condition: string): TableAsOf => ({
  reads: [name],
  sql: `SELECT * FROM ${RECORDED}.${name}${condition === "" ? "" : ` WHERE ${condition}`}`
})

const rules: Readonly<Record<string, (asOf: AsOf, table: PublicTable) => TableAsOf>> = {
  markets: (_, table) => markets(table),
  events: (_, table) => events(table),
  series: (_, table) => series(table),
  combo_legs: () => comboLegs,
  settlements: () => settlements,
  collection_runs: collectionRuns,
  coverage,
  backfills,
  quarantine,
  clock_jumps: (asOf) => cut("clock_jumps", `noticed_at <= ${timeOf(asOf)}`),
  observations: ({ seq }) => cut("observations", `seq <= ${seq}`)
}

/** Returns a table as of a time. A table without a rule of its own must have `observed_at`. */
export const tableAsOf = (table: PublicTable, asOf: AsOf): TableAsOf => {
  const { columns, name } = table
  const rule = rules[name]
  if (rule !== undefined) return rule(asOf, table)
  // The rows of the lake are cut when they are read.
  if (lakeTables.some((one) => one.table === table)) return cut(name, "")
  if (!("observed_at" in columns)) throw new Error(`${name} has no rule for a time`)
  return cut(name, `observed_at <= ${timeOf(asOf)}`)
}
