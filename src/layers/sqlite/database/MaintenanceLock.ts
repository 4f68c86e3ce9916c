/**
 * Ensures one maintenance at a time per data directory: a flush, a compaction, the archive, or the removal of rows
 * that the lake holds. It is held beside the writer's lock and does not keep a recorder waiting. `maintenance.json`
 * names the holder.
 */
import { Effect } from "effect"
import { MaintenanceLocked } from "../../../domain/errors.ts"
import { maintenanceHolderPath, maintenanceLockPath } from "../../files/data-dir.ts"
import * as ProcessLock from "./process-lock.ts"

const filesIn = (dataDir: string): ProcessLock.LockFiles => ({
  lock: maintenanceLockPath(dataDir),
  holder: maintenanceHolderPath(dataDir)
})

/**
 * Holds the lock of a directory that exists, for the life of the scope. `work` says what is done meanwhile, such as
 * `the flush of the lake`, to whoever finds the lock held.
 */
export const acquire = (dataDir: string, work: string) =>
  ProcessLock.acquire(filesIn(dataDir), work, (holder) => new MaintenanceLocked({ dataDir, holder })).pipe(
    Effect.withSpan("MaintenanceLock.acquire")
  )
