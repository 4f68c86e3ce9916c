/** Ensures one writer per data directory. `writer.json` names it. */
import { Effect } from "effect"
import { DataDirLocked } from "../../../domain/errors.ts"
import { holderPath, lockPath } from "../../files/data-dir.ts"
import * as ProcessLock from "./process-lock.ts"

const filesIn = (dataDir: string): ProcessLock.LockFiles => ({
  lock: lockPath(dataDir),
  holder: holderPath(dataDir)
})

/** Holds the lock of a directory that exists, for the life of the scope. */
export const acquire = (dataDir: string, program: string) =>
  ProcessLock.acquire(filesIn(dataDir), program, (holder) => new DataDirLocked({ dataDir, holder })).pipe(
    Effect.withSpan("WriterLock.acquire")
  )

/** Returns the holder of the writer's lock, or `null` if the lock is free. */
export const holderOf = (dataDir: string) => ProcessLock.holderOf(filesIn(dataDir))
