/**
 * Recording as a whole: feeds fill the log, the Projector follows it, and a dead worker of either kind
 * ends the process with its error.
 */
import { Context, type Effect } from "effect"
import type { Feed } from "../domain/ask/feed.ts"
import type { LogDamaged, StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"
import type { RunOutcome } from "./CollectionRuns.ts"
import type { RunProgress } from "./Recorder.ts"

export type CollectorProblem = StorageFailed | LogDamaged

export interface FeedOutcome extends RunOutcome {
  readonly feed: string
  readonly slot: SlotSeconds
}

export interface CollectorEvents {
  readonly onPage: (progress: RunProgress) => Effect.Effect<void>
  readonly onOutcome: (outcome: FeedOutcome) => Effect.Effect<void>
}

export interface Timed {
  readonly feed: Feed
  /** Seconds between slots. */
  readonly interval: number
}

export class Collector extends Context.Tag("kalshi-tape/Collector")<
  Collector,
  {
    /** Closes what a killed process left open and brings the tables up to the log. */
    readonly recover: Effect.Effect<void, CollectorProblem>
    /** One slot of every feed, all stamped with one second; the tables are up to date when it returns. */
    readonly once: (
      feeds: ReadonlyArray<Feed>,
      options: CollectorEvents & { readonly since?: SlotSeconds }
    ) => Effect.Effect<ReadonlyArray<FeedOutcome>, CollectorProblem>
    /**
     * Every feed on its own schedule until interrupted; the pages in hand are then finished, and the
     * tables brought up to the log as far as a few seconds allow.
     */
    readonly run: (
      feeds: ReadonlyArray<Timed>,
      options: CollectorEvents & { readonly since?: SlotSeconds }
    ) => Effect.Effect<never, CollectorProblem>
  }
>() {}
