/**
 * Works on backfills: walks their listings into the log, and brings the tables up to date. A listing counts as
 * done only after its last page; one that was cut short resumes at the page after the last one in the log.
 */
import { Context, type Effect } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { BackfillJob, BackfillProgress } from "./BackfillJobs.ts"

export class BackfillRunner extends Context.Tag("kalshi-tape/BackfillRunner")<
  BackfillRunner,
  {
    /**
     * Works on a job until it is complete or has failed. If it is interrupted, it finishes the pages in hand,
     * and the job waits to be resumed.
     */
    readonly work: (
      job: BackfillJob,
      onProgress?: (made: BackfillProgress) => Effect.Effect<void>
    ) => Effect.Effect<BackfillJob, StorageFailed>
    /**
     * Works on the waiting jobs, one after the other, for as long as it runs. While the exchange does not answer,
     * or answers with 5xx, a job goes on waiting and is tried again. A job that the exchange refuses fails.
     */
    readonly serve: (onEnd: (job: BackfillJob) => Effect.Effect<void>) => Effect.Effect<never, StorageFailed>
  }
>() {}
