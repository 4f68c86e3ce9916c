/** Brings a database to the shape of this version, and makes sure that it got there. */
import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"
import createObservations from "../../../../migrations/0001_create_observations.ts"
import createRecords from "../../../../migrations/0002_create_records.ts"
import createPruneCutoffs from "../../../../migrations/0003_create_prune_cutoffs.ts"
import createBackfills from "../../../../migrations/0004_create_backfills.ts"
import createClockJumps from "../../../../migrations/0005_create_clock_jumps.ts"
import createRunSeals from "../../../../migrations/0006_create_run_seals.ts"
import createArchive from "../../../../migrations/0007_create_archive.ts"
import createLake from "../../../../migrations/0008_create_lake.ts"
import createHotCutoffs from "../../../../migrations/0009_create_hot_cutoffs.ts"
import createMaintenanceSteps from "../../../../migrations/0010_create_maintenance_steps.ts"
import createTables from "../../../../migrations/0101_create_tables.ts"
import { StorageFailed } from "../../../domain/errors.ts"
import { views } from "../../../domain/read/catalog.ts"
import type { Projection } from "../../../domain/read/projection.ts"
import { projections } from "../../../domain/read/projections.ts"
import { createViewSql, storedTables } from "../../../domain/read/schema.ts"
import { whyOf } from "../../files/error-words.ts"
import { checkAnchor } from "../log/anchor.ts"
import { Database, storage } from "./Database.ts"

/** The migrations of the log and the records: each is applied once, in order, and never changed. */
const permanent = {
  "0001_create_observations": createObservations,
  "0002_create_records": createRecords,
  "0003_create_prune_cutoffs": createPruneCutoffs,
  "0004_create_backfills": createBackfills,
  "0005_create_clock_jumps": createClockJumps,
  "0006_create_run_seals": createRunSeals,
  "0007_create_archive": createArchive,
  "0008_create_lake": createLake,
  "0009_create_hot_cutoffs": createHotCutoffs,
  "0010_create_maintenance_steps": createMaintenanceSteps
}

/** Objects that are not functions of the log, and that a rebuild leaves alone. */
export const permanentObjects: ReadonlyArray<string> = [
  "observations",
  "collection_runs",
  "collection_run_seals",
  "clock_jumps",
  "quarantine",
  "exchange",
  "projection_checkpoints",
  "prune_cutoffs",
  "backfills",
  "archive_segments",
  "lake_tables",
  "lake_files",
  "hot_cutoffs",
  "maintenance_steps",
  "effect_sql_migrations"
]

const NO_RECORDING =
  "it is an SQLite database, but no recording of kalshi-tape. Name another --data-dir, or move that file away"

const tablesLike = (pattern: string) =>
  Effect.flatMap(
    Database,
    ({ sql }) => sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name LIKE ${pattern} LIMIT 1`
  )

/**
 * Fails unless the database has the table of the log. The table is missing in a database of another program,
 * and where the write-ahead log was lost. For readers.
 */
export const requireRecording = Effect.gen(function* () {
  if ((yield* tablesLike("observations")).length > 0) return
  yield* checkAnchor
  return yield* new StorageFailed({ operation: "reading kalshi.db", why: NO_RECORDING })
}).pipe(storage("reading kalshi.db"))

/** Fails if the database belongs to another program, so that no tables are created in it. For writers. */
export const refuseOtherPrograms = Effect.gen(function* () {
  if ((yield* tablesLike("effect_sql_migrations")).length > 0) return
  if ((yield* tablesLike("%")).length > 0)
    return yield* new StorageFailed({ operation: "migrating kalshi.db", why: NO_RECORDING })
}).pipe(storage("reading kalshi.db"))

const declaredIds = Object.keys(permanent).map((name) => Number(name.slice(0, 4)))

const appliedIds = Effect.flatMap(Database, ({ sql }) =>
  sql<{ id: number }>`SELECT migration_id AS id FROM effect_sql_migrations ORDER BY id`.pipe(
    Effect.map((rows) => rows.map(({ id }) => id))
  )
)

/** Fails unless the log and the records have the shape of this version. For programs that write beside a recorder. */
export const requireMigrated = Effect.flatMap(appliedIds, (applied) =>
  applied.join() === declaredIds.join()
    ? Effect.void
    : new StorageFailed({
        operation: "opening kalshi.db",
        why: "a recorder of another version works on it; stop that, and start it with this version"
      })
).pipe(storage("reading the migrations"))

/** Brings a data directory to this version: log, records, and the tables if there are none yet. */
export const migrate = Effect.gen(function* () {
  const { sql, transaction } = yield* Database
  yield* refuseOtherPrograms
  const provided = Effect.provideService(SqlClient.SqlClient, sql)
  yield* Migrator.make({})({ loader: Migrator.fromRecord(permanent) }).pipe(
    Effect.catchTag("MigrationError", (error) =>
      Effect.fail(new StorageFailed({ operation: "migrating the log", why: error.message, cause: error }))
    ),
    // The migrator dies of a migration that fails, on a full disk for one.
    Effect.catchAllDefect((defect) =>
      Effect.fail(new StorageFailed({ operation: "migrating the log", why: whyOf(defect), cause: defect }))
    ),
    provided
  )
  // The migrator takes a locked database for a migrated one, and passes over late lower numbers.
  const applied = yield* appliedIds
  if (applied.join() !== declaredIds.join()) {
    return yield* new StorageFailed({
      operation: "migrating the log",
      why: `migrations ${applied.join(", ") || "none"} are applied, this version has ${declaredIds.join(", ")}; use the version that wrote this directory, or a newer one`
    })
  }
  const [tables] = yield* sql`SELECT 1 FROM sqlite_master WHERE name = 'market_numbers'`
  if (tables === undefined)
    yield* transaction(provided(Effect.zipRight(createTables, startCheckpoints(projections))))
  else yield* renewViews
}).pipe(storage("migrating the database"))

/** Makes records and empty tables, without a log, for a rebuild by these projections. */
export const migrateScratch = (by: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    yield* Effect.all([createRecords, createTables, startCheckpoints(by)], { discard: true }).pipe(
      Effect.provideService(SqlClient.SqlClient, sql)
    )
  }).pipe(storage("creating the tables"))

const words = (sql: string) => sql.replace(/\s+/g, " ").toLowerCase()

/**
 * Views hold no rows, so a directory of an earlier version gets those of this version at once. If a table is
 * missing, a rebuild is due, which creates the views as well.
 */
const renewViews = Effect.gen(function* () {
  const { sql, transaction } = yield* Database
  const objects = yield* sql<{ name: string; sql: string }>`
    SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view')
  `
  const present = new Map(objects.map(({ name, sql }) => [name, words(sql)]))
  if (storedTables(projections).some(({ name }) => !present.has(name))) return
  const stale = views.filter((view) => present.get(view.name) !== words(createViewSql(view)))
  if (stale.length === 0) return
  yield* transaction(
    Effect.forEach(
      stale,
      (view) =>
        Effect.zipRight(
          sql`DROP VIEW IF EXISTS ${sql(view.name)}`,
          sql.unsafe(createViewSql(view)).unprepared
        ),
      { discard: true }
    )
  )
  yield* Effect.logInfo(
    `renewed the ${stale.length === 1 ? "view" : "views"} ${stale.map(({ name }) => name).join(", ")}`
  )
})

const startCheckpoints = (by: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`INSERT INTO projection_checkpoints ${sql.insert(
      by.map(({ name, version }) => ({ projection: name, version, seq: 0 }))
    )}`
  })
