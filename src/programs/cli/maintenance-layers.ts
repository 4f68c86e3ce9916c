/** The layers of maintenance over a data directory. They load DuckDB, so programs that only read are apart from them. */
import { Effect, Layer } from "effect"
import * as ArchiveLive from "../../layers/archive/LogArchive.ts"
import { databasePath } from "../../layers/files/data-dir.ts"
import * as LakeLive from "../../layers/lake/Lake.ts"
import * as MaintenanceLive from "../../layers/maintenance/Maintenance.ts"
import * as PrunerLive from "../../layers/prune/Pruner.ts"
import * as SqliteDatabase from "../../layers/sqlite/database/Database.ts"
import { Database } from "../../layers/sqlite/database/Database.ts"
import { requireMigrated } from "../../layers/sqlite/database/migrations.ts"
import { tables, writerDatabase } from "./layers.ts"

/** Opens a directory as a writer does and closes it, which brings it into order, unless a recorder has done so. */
const putInOrder = (dataDir: string, program: string) =>
  Layer.build(writerDatabase(dataDir, program, "there already")).pipe(
    Effect.scoped,
    Effect.catchTag("DataDirLocked", () => Effect.void)
  )

/**
 * Opens an existing data directory for maintenance, beside a recorder or without one. Provides the log and the
 * tables.
 */
export const maintenance = (dataDir: string, program: string) =>
  Layer.provideMerge(
    tables(dataDir),
    Layer.scoped(
      Database,
      Effect.gen(function* () {
        yield* putInOrder(dataDir, program)
        const database = yield* SqliteDatabase.make(databasePath(dataDir), "writer")
        yield* Effect.provideService(requireMigrated, Database, database)
        return database
      })
    )
  )

/** The steps of maintenance over a data directory. */
export const maintenanceSteps = (dataDir: string) =>
  MaintenanceLive.layer.pipe(
    Layer.provide(
      Layer.mergeAll(LakeLive.layer(dataDir), ArchiveLive.layer(dataDir), PrunerLive.layer(dataDir))
    )
  )
