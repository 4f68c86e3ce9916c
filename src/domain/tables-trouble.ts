/** Which failures leave the recording alone. */
import { type LogDamaged, StorageFailed, TablesOutdated } from "./errors.ts"

/** SQLite's word for a statement that does not fit the tables: one is missing, or is not what it was. */
const TABLES_AMISS = "SQLITE_ERROR"

/** Our own, of tables that another version has built. */
const OF_ANOTHER_VERSION = "TABLES_OUTDATED"

/** Nobody writes rows of this version among those of another. */
export const outdatedTables = (projections: ReadonlyArray<string>): StorageFailed =>
  new StorageFailed({
    operation: "bringing the tables up to the log",
    why: new TablesOutdated({ projections }).message,
    code: OF_ANOTHER_VERSION
  })

/**
 * Whether it is the tables alone that are in trouble, or a row of the log that they are made of: the disk is sound, and
 * what the exchange answers can be recorded all the same.
 */
export const isOfTablesAlone = (error: StorageFailed | LogDamaged): boolean =>
  error._tag === "LogDamaged" || error.code === TABLES_AMISS || error.code === OF_ANOTHER_VERSION
