/**
 * Records feeds into the log while the Projector follows it. If either fails, the process ends with the error.
 */
import { Context, type Effect } from "effect"
import type { Feed } from "../domain/ask/feed.ts"
import type { LogDamaged, StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"
import type { RunKey, RunOutcome } from "./CollectionRuns.ts"
import type { RunProgress } from "./Recorder.ts"

export type CollectorProblem = StorageFailed | LogDamaged

export interface FeedOutcome extends RunKey, RunOutcome {}

export interface CollectorEvents {
  readonly onPage: (progress: RunProgress) => Effect.Effect<void>
  readonly onOutcome: (outcome: FeedOutcome) => Effect.Effect<void>
}

export interface ScheduledFeed {
  readonly feed: Feed
  /** Seconds between slots. */
  readonly interval: number
}

export class Collector extends Context.Tag("kalshi-tape/Collector")<
  Collector,
  {
    /** Closes the runs that a killed process left open, and brings the tables up to the log. */
    readonly recover: Effect.Effect<void, CollectorProblem>
    /**
     * Takes one slot of every feed, all stamped with one second. The tables are up to the log when it returns, unless
     * another version has built them.
     */
    readonly once: (
      feeds: ReadonlyArray<Feed>,
      options: CollectorEvents & { readonly since?: SlotSeconds }
    ) => Effect.Effect<ReadonlyArray<FeedOutcome>, CollectorProblem>
    /**
     * Takes the slots of every feed on its own schedule until it is interrupted. Then the pages in hand are
     * finished, and the tables are brought up to the log as far as a few seconds allow.
     */
    readonly run: (
      feeds: ReadonlyArray<ScheduledFeed>,
      options: CollectorEvents & { readonly since?: SlotSeconds }
    ) => Effect.Effect<never, CollectorProblem>
  }
>() {}
