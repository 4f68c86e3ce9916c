/** The paths within a data directory. */
import { join } from "node:path"

export const databasePath = (dataDir: string): string => join(dataDir, "kalshi.db")
export const lockPath = (dataDir: string): string => join(dataDir, "writer.lock")
export const holderPath = (dataDir: string): string => join(dataDir, "writer.json")
/** The path of the anchor, which says where the log should end. */
export const anchorPath = (dataDir: string): string => join(dataDir, "anchor.json")
export const exportsPath = (dataDir: string): string => join(dataDir, "exports")
