/**
 * SHAPES TABLES. A view over records: change it freely, it is made anew wherever it differs.
 *
 * One row a feed and UTC day, so that "nothing happened" can be told from "nothing was recorded". A slot
 * counts on the day on which it begins; one that is still being taken is due and not yet anything else.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // Every slot of a day sorts after the day and before the day with a "U": they go on with a "T".
  yield* sql`
    CREATE VIEW coverage AS
    SELECT
      d.feed, d.day, d.slots_due, d.complete, d.warnings, d.failed, d.skipped, d.missed, d.running,
      CASE WHEN d.slots_due > d.running
        THEN CAST(d.complete AS REAL) / (d.slots_due - d.running) END AS complete_share,
      d.pages, d.items, d.failed_attempts,
      (SELECT f.reason FROM collection_runs f
       WHERE f.feed = d.feed AND f.slot >= d.day AND f.slot < d.day || 'U' AND f.status = 'failed'
       ORDER BY f.slot LIMIT 1) AS first_failure,
      (SELECT w.reason FROM collection_runs w
       WHERE w.feed = d.feed AND w.slot >= d.day AND w.slot < d.day || 'U'
         AND w.status = 'complete' AND w.reason IS NOT NULL
       ORDER BY w.slot LIMIT 1) AS first_warning
    FROM (
      SELECT
        feed, substr(slot, 1, 10) AS day, count(*) AS slots_due,
        sum(status = 'complete') AS complete,
        sum(status = 'complete' AND reason IS NOT NULL) AS warnings, sum(status = 'failed') AS failed,
        sum(status = 'skipped') AS skipped, sum(status = 'missed') AS missed,
        sum(status = 'running') AS running, sum(pages) AS pages, sum(items) AS items,
        sum(failed_attempts) AS failed_attempts
      FROM collection_runs
      GROUP BY feed, substr(slot, 1, 10)
    ) d
  `
})
