/** Takes one slot of one feed: asks the exchange, puts every answer into the log, closes the run. */
import { Context, type Effect } from "effect"
import type { Feed } from "../domain/ask/feed.ts"
import type { StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"
import type { RunOutcome } from "./CollectionRuns.ts"

export interface SlotToTake {
  readonly feed: Feed
  readonly slot: SlotSeconds
  /** Seconds between slots; `null` outside a schedule. */
  readonly interval: number | null
  /** How far back a first walk goes. */
  readonly since?: SlotSeconds
}

/** What a run has recorded so far. */
export interface Recorded {
  readonly feed: string
  readonly pages: number
  readonly items: number
  /** Requests that had to be sent again. */
  readonly failedAttempts: number
}

export class Recorder extends Context.Tag("kalshi-tape/Recorder")<
  Recorder,
  {
    /**
     * The outcome says whether the listing was walked to its end; a cut-short one is `failed` with its
     * reason, and what it recorded stays. Interrupted, it finishes the page in hand and closes the run.
     * Fails only when the record itself cannot be written.
     */
    readonly take: (
      slot: SlotToTake,
      onPage?: (recorded: Recorded) => Effect.Effect<void>
    ) => Effect.Effect<RunOutcome, StorageFailed>
  }
>() {}
