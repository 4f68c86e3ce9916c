/** The paths within a data directory. */
import { join } from "node:path"

export const databasePath = (dataDir: string): string => join(dataDir, "kalshi.db")
export const lockPath = (dataDir: string): string => join(dataDir, "writer.lock")
export const holderPath = (dataDir: string): string => join(dataDir, "writer.json")
export const maintenanceLockPath = (dataDir: string): string => join(dataDir, "maintenance.lock")
export const maintenanceHolderPath = (dataDir: string): string => join(dataDir, "maintenance.json")
/** The path of the anchor, which says where the log should end. */
export const anchorPath = (dataDir: string): string => join(dataDir, "anchor.json")
/** The path of the end of the last verification of the log. */
export const verifiedPath = (dataDir: string): string => join(dataDir, "verified.json")
/** The path of the file in which a recorder says how far the rebuild of the tables beside it has come. */
export const rebuildPath = (dataDir: string): string => join(dataDir, "rebuild.json")
/** The folder of the archive: a folder for each segment of the log. */
export const archivePath = (dataDir: string): string => join(dataDir, "archive")
/** The folder of the lake: a folder for each table. */
export const lakePath = (dataDir: string): string => join(dataDir, "lake")
/** A DuckDB database whose views read the lake. */
export const analyticsPath = (dataDir: string): string => join(dataDir, "analytics.duckdb")
export const backupsPath = (dataDir: string): string => join(dataDir, "backups")
export const exportsPath = (dataDir: string): string => join(dataDir, "exports")
