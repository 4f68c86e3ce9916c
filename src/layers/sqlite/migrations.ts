/** Brings a database to the shape of this version, and makes sure that it got there. */
import { Migrator, SqlClient } from "@effect/sql"
import { Effect } from "effect"
import createObservations from "../../../migrations/0001_create_observations.ts"
import createRecords from "../../../migrations/0002_create_records.ts"
import createMarketTables from "../../../migrations/0101_create_market_tables.ts"
import createPriceTables from "../../../migrations/0102_create_price_tables.ts"
import createSettlementTables from "../../../migrations/0103_create_settlement_tables.ts"
import { StorageFailed } from "../../domain/errors.ts"
import type { Projection } from "../../domain/projection.ts"
import { projections } from "../../domain/projections/all.ts"
import { Database, storage, whyOf } from "./Database.ts"

/** The log and the records: applied once each, in order, and never changed. */
const permanent = {
  "0001_create_observations": createObservations,
  "0002_create_records": createRecords
}

/** The tables: made anew whenever they are rebuilt from the log. */
const rebuilt = [createMarketTables, createPriceTables, createSettlementTables]

/** Objects that are not functions of the log, and that a rebuild leaves alone. */
export const permanentObjects: ReadonlyArray<string> = [
  "observations",
  "collection_runs",
  "quarantine",
  "exchange",
  "projection_checkpoints",
  "effect_sql_migrations"
]

/** For a data directory: log, records, and the tables if there are none yet. */
export const migrate = Effect.gen(function* () {
  const { sql, transaction } = yield* Database
  const provided = Effect.provideService(SqlClient.SqlClient, sql)
  yield* Migrator.make({})({ loader: Migrator.fromRecord(permanent) }).pipe(
    Effect.catchTag("MigrationError", (error) =>
      Effect.fail(new StorageFailed({ operation: "migrating the log", why: error.message }))
    ),
    // The migrator dies of a migration that fails, on a full disk for one.
    Effect.catchAllDefect((defect) =>
      Effect.fail(new StorageFailed({ operation: "migrating the log", why: whyOf(defect) }))
    ),
    provided
  )
  // The migrator takes a locked database for a migrated one, and passes over late lower numbers.
  const applied = yield* sql<{ id: number }>`SELECT migration_id AS id FROM effect_sql_migrations ORDER BY id`
  const declared = Object.keys(permanent).map((name) => Number(name.slice(0, 4)))
  if (applied.map(({ id }) => id).join() !== declared.join()) {
    return yield* new StorageFailed({
      operation: "migrating the log",
      why: `migrations ${applied.map(({ id }) => id).join(", ") || "none"} are applied, this version has ${declared.join(", ")}; use the version that wrote this directory, or a newer one`
    })
  }
  const [tables] = yield* sql`SELECT 1 FROM sqlite_master WHERE name = 'market_numbers'`
  if (tables === undefined)
    yield* transaction(Effect.zipRight(createTables, provided(startCheckpoints(projections))))
}).pipe(storage("migrating the database"))

/** For a rebuild by these projections: records and empty tables, without a log. */
export const migrateScratch = (by: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    yield* createRecords.pipe(Effect.provideService(SqlClient.SqlClient, sql))
    yield* createTables
    yield* startCheckpoints(by).pipe(Effect.provideService(SqlClient.SqlClient, sql))
  }).pipe(storage("creating the tables"))

const createTables = Effect.gen(function* () {
  const { sql } = yield* Database
  yield* Effect.all(rebuilt, { discard: true }).pipe(Effect.provideService(SqlClient.SqlClient, sql))
})

const startCheckpoints = (by: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`INSERT INTO projection_checkpoints ${sql.insert(
      by.map(({ name, version }) => ({ projection: name, version, seq: 0 }))
    )}`
  })
