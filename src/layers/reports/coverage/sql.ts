/** The SQL of the report `coverage`, over the record of slots. */
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { isWithin } from "../population.ts"

/** The ways in which a slot ends without being complete, in the order of the tables. */
export const INCOMPLETE = ["failed", "skipped", "missed", "running"] as const

const counts = INCOMPLETE.map((status) => `count(*) FILTER (status = '${status}') AS ${status}`).join(", ")

const runs = (filters: ReportFilters): string =>
  `runs AS (SELECT * FROM collection_runs WHERE ${isWithin("slot", filters)})`

/**
 * Slots by feed, and by feed and UTC day, in one reading. The rows of a feed as a whole have no day. The share is that of
 * the slots that have ended: one that is still running is neither recorded nor lost.
 */
export const days = (filters: ReportFilters): string => `
  WITH ${runs(filters)}
  SELECT feed, strftime(date_trunc('day', slot), '%Y-%m-%d') AS day, count(*) AS due,
    count(*) FILTER (status = 'complete') AS complete,
    count(*) FILTER (status = 'complete') / nullif(count(*) FILTER (status <> 'running'), 0) AS complete_share,
    count(*) FILTER (status = 'complete' AND reason IS NOT NULL) AS lacking, ${counts},
    sum(failed_attempts) AS failed_attempts, min(slot) AS first_slot, max(slot) AS last_slot
  FROM runs GROUP BY GROUPING SETS ((feed), (feed, 2)) ORDER BY feed, day NULLS FIRST`

/** Gaps: neighbouring slots of a feed that are not complete, the longest first. */
export const gaps = (filters: ReportFilters, most: number): string => `
  WITH ${runs(filters)},
  numbered AS (
    SELECT *, row_number() OVER (PARTITION BY feed ORDER BY slot)
      - row_number() OVER (PARTITION BY feed, status = 'complete' ORDER BY slot) AS gap
    FROM runs
  )
  SELECT feed, min(slot) AS first_slot, max(slot) AS last_slot, count(*) AS slots,
    string_agg(DISTINCT status, ', ' ORDER BY status) AS ended, any_value(reason ORDER BY slot) AS reason
  FROM numbered WHERE status NOT IN ('complete', 'running')
  GROUP BY feed, gap ORDER BY slots DESC, first_slot, feed LIMIT ${most}`
