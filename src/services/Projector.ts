/**
 * Turns the log into tables. Live collection, recovery after a crash and replay are the same thing here:
 * reading on from a checkpoint. A projection's rows and its checkpoint commit in one transaction.
 */
import { Context, type Effect } from "effect"
import type { LogDamaged, StorageFailed } from "../domain/errors.ts"

export interface CaughtUp {
  /** Observations read. */
  readonly observations: number
  /** Rows made of the observations, including those that changed no table. */
  readonly rows: number
  /**
   * The number of parts of answers that could not be read, including those that are in `quarantine` already.
   */
  readonly quarantined: number
  /** The seq up to which every projection has now read. */
  readonly seq: number
}

/** Called after each committed batch with the seq reached. */
export type OnProgress = (seq: number) => Effect.Effect<void>

export class Projector extends Context.Tag("kalshi-tape/Projector")<
  Projector,
  {
    /**
     * Projects the log from the checkpoints to its head, or to `to`. It fails if another version built the
     * tables.
     */
    readonly catchUp: (options?: {
      readonly to?: number
      readonly onProgress?: OnProgress
    }) => Effect.Effect<CaughtUp, StorageFailed | LogDamaged>
    /** Projections whose tables were built by another version of their code, or that have none. */
    readonly outdated: Effect.Effect<ReadonlyArray<string>, StorageFailed>
  }
>() {}
