/**
 * Works on backfills: walks what they ask for, page by page into the log, and brings the tables up to date.
 * A listing counts as done only after its last page; one that was cut short goes on at the page after the
 * last that is in the log.
 */
import { Context, type Effect } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { BackfillJob, BackfillProgress } from "./Backfills.ts"
import type { CollectorProblem } from "./Collector.ts"

export class Backfill extends Context.Tag("kalshi-tape/Backfill")<
  Backfill,
  {
    /**
     * Works on one until it is complete or has failed, and answers how it ended. Interrupted, it finishes
     * the pages in hand and waits to be taken up again.
     */
    readonly work: (
      job: BackfillJob,
      onProgress?: (made: BackfillProgress) => Effect.Effect<void>
    ) => Effect.Effect<BackfillJob, CollectorProblem>
    /**
     * Works on whatever is asked for, one after the other, for as long as it runs. While the exchange is away
     * (it does not answer, or with 5xx) a backfill goes on waiting and is tried again; what the exchange
     * refuses fails.
     */
    readonly serve: (
      onEnd: (job: BackfillJob) => Effect.Effect<void>
    ) => Effect.Effect<never, CollectorProblem | StorageFailed>
  }
>() {}
