/** Classifies the failures that affect the projected tables only, so that recording can go on. */
import { type LogDamaged, StorageFailed, TablesOutdated } from "./errors.ts"

/**
 * SQLite's code for a statement that does not match the tables, because one is missing or has been changed.
 */
const TABLES_AMISS = "SQLITE_ERROR"

/** The recorder's own code for tables that another version has built. */
const OF_ANOTHER_VERSION = "TABLES_OUTDATED"

/**
 * The failure for outdated tables. Rows of this version must not be written among rows of another version.
 */
export const outdatedTables = (projections: ReadonlyArray<string>): StorageFailed =>
  new StorageFailed({
    operation: "bringing the tables up to the log",
    why: new TablesOutdated({ projections }).message,
    code: OF_ANOTHER_VERSION
  })

/** Tells whether a failure is that of outdated tables. They follow the log again when they have been rebuilt. */
export const isOfAnotherVersion = (error: StorageFailed | LogDamaged): boolean =>
  error._tag === "StorageFailed" && error.code === OF_ANOTHER_VERSION

/**
 * Tells whether a failure affects only the projected tables or the log rows they are built from. The disk is
 * sound then, and answers of the exchange can still be recorded.
 */
export const affectsTablesOnly = (error: StorageFailed | LogDamaged): boolean =>
  error._tag === "LogDamaged" || error.code === TABLES_AMISS || error.code === OF_ANOTHER_VERSION
