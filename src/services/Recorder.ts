/** Runs one feed for one slot: asks the exchange, appends every answer to the log, records the run. */
import { Context, type Effect } from "effect"
import type { Feed } from "../domain/ask/feed.ts"
import type { StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"
import type { RunOutcome } from "./CollectionRuns.ts"

export interface FeedSlot {
  readonly feed: Feed
  readonly slot: SlotSeconds
  /** Seconds between slots; `null` outside a schedule. */
  readonly interval: number | null
  /** The start of a first walk. */
  readonly since?: SlotSeconds
}

/** The progress of a run so far. */
export interface RunProgress extends Pick<RunOutcome, "pages" | "items" | "failedAttempts"> {
  readonly feed: string
}

export class Recorder extends Context.Tag("kalshi-tape/Recorder")<
  Recorder,
  {
    /**
     * Runs a feed for a slot. The outcome says whether the listing was walked to its end; a run that was cut
     * short is `failed` with its reason, and what it recorded stays. If it is interrupted, it finishes the page
     * in hand and records its end. Fails only if the record itself cannot be written.
     */
    readonly run: (
      slot: FeedSlot,
      onPage?: (progress: RunProgress) => Effect.Effect<void>
    ) => Effect.Effect<RunOutcome, StorageFailed>
  }
>() {}
