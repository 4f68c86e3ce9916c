/** The state of the cold tiers: the lake, the archive, what has left SQLite for them, and the maintenance that does it. */
import { Effect } from "effect"
import type { ArchiveStatus, LakeStatus, StepStatus, TiersStatus } from "../../../services/Status.ts"
import type { Database } from "../database/Database.ts"

type Sql = Database["Type"]["sql"]

/** The tables that the queries read. A reader may open a directory of an earlier version. */
const TABLES = ["lake_tables", "lake_files", "archive_segments", "hot_cutoffs", "maintenance_steps"]

const lakeIn = (sql: Sql) =>
  sql<LakeStatus & { readonly tables: number }>`
    SELECT count(*) AS tables, min(seq) AS seq, min(flushed_at) AS "flushedAt",
      (SELECT count(*) FROM lake_files WHERE retired_at IS NULL) AS files,
      (SELECT coalesce(sum(rows), 0) FROM lake_files WHERE retired_at IS NULL) AS rows,
      (SELECT coalesce(sum(bytes), 0) FROM lake_files WHERE retired_at IS NULL) AS bytes
    FROM lake_tables
  `.pipe(
    Effect.map(([row]) => {
      if (row === undefined || row.tables === 0) return null
      const { tables, ...lake } = row
      return lake
    })
  )

const archiveIn = (sql: Sql) =>
  sql<ArchiveStatus>`
    SELECT count(*) AS segments, max(last_seq) AS "lastSeq",
      sum(observations_bytes + pieces_bytes) AS bytes, sum(body_bytes) AS "bodyBytes"
    FROM archive_segments
  `.pipe(Effect.map(([row]) => (row === undefined || row.segments === 0 ? null : row)))

/** The greatest cut-off of a table is the one in force for rows of its time, whichever observation they are from. */
const hotIn = (sql: Sql) =>
  sql<{ table: string; from: string }>`
    SELECT table_name AS "table", max(before_time) AS "from" FROM hot_cutoffs GROUP BY 1 ORDER BY 1
  `

const stepsIn = (sql: Sql) =>
  sql<StepStatus>`
    SELECT step, finished_at AS "finishedAt", succeeded_at AS "succeededAt", failure FROM maintenance_steps
    ORDER BY step
  `

export const tiersIn = (sql: Sql) =>
  Effect.gen(function* () {
    const found = yield* sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND ${sql.in("name", TABLES)}`
    if (found.length < TABLES.length)
      return { lake: null, archive: null, hot: [], maintenance: [] } satisfies TiersStatus
    return yield* Effect.all({
      lake: lakeIn(sql),
      archive: archiveIn(sql),
      hot: hotIn(sql),
      maintenance: stepsIn(sql)
    })
  })
