/** Rebuilds every projected table from seq 1 in a database of its own, beside the live tables. */
import { Context, type Effect } from "effect"
import type { LogDamaged, StorageFailed, TablesDiffer, WrongUsage } from "../domain/errors.ts"

export interface TableDigest {
  readonly table: string
  readonly rows: number
  /** Lower-case hex of the SHA-256 over the rows of all that the projection stores, in key order. */
  readonly sha256: string
}

export interface Rebuilt {
  readonly observations: number
  readonly tables: ReadonlyArray<TableDigest>
}

/** The end of a part of the log: a seq, or a time, UTC, `2026-11-22T12:15:00.000000Z`. It belongs to the part. */
export type Until = { readonly seq: number } | { readonly time: string }

/** Tables as they were at an earlier time. */
export interface Reconstructed extends Rebuilt {
  /** The last observation that they are made of. */
  readonly seq: number
  readonly observedAt: string
}

/** How far a rebuild beside a recorder has come. */
export interface RebuildProgress {
  /** `reading`: observations of the log are replayed. `copying`: rows are copied beside the live tables. */
  readonly phase: "reading" | "copying"
  /** Observations or rows. */
  readonly done: number
  /** The number of all of them, as far as it is known. The log may grow meanwhile. */
  readonly of: number
}

/** Called with the number of observations that have been replayed so far. */
export type OnObservations = (observations: number) => Effect.Effect<void>

export class Replay extends Context.Tag("kalshi-tape/Replay")<
  Replay,
  {
    /** Rebuilds, then puts the new tables in the place of the old in one transaction. Needs the writer's lock. */
    readonly rebuild: (
      onObservations: OnObservations,
      options?: {
        /** Restores the pruned rows from the log, and deletes the record of their pruning. */
        readonly restorePruned?: boolean
      }
    ) => Effect.Effect<Rebuilt, StorageFailed | LogDamaged>
    /**
     * Rebuilds the tables of the projections that are named, and of those that share ids with them, while the caller
     * goes on recording. The work is done in processes of low priority. The tables are replaced in one transaction,
     * up to the seq that the log had reached when the copying of rows began; the projector then goes on from there. If
     * it fails or is interrupted, the old tables stay. Needs the writer's lock.
     */
    readonly rebuildBeside: (
      outdated: ReadonlyArray<string>,
      onProgress: (progress: RebuildProgress) => Effect.Effect<void>
    ) => Effect.Effect<void, StorageFailed | LogDamaged>
    /**
     * Makes the tables as they were once the log had been read up to `until`, in the folder `output`, which must be
     * empty or not exist. The folder can be read like a data directory; it has no log, and refuses recorders. Nothing
     * that was observed later is in it. Takes no lock.
     */
    readonly reconstruct: (
      until: Until,
      output: string,
      onObservations: OnObservations
    ) => Effect.Effect<Reconstructed, StorageFailed | LogDamaged | WrongUsage>
    /** Removes the tables that a killed `rebuildBeside` has left in the database. */
    readonly removeRemains: Effect.Effect<void, StorageFailed>
    /** Rebuilds up to the live checkpoint and compares; changes nothing and takes no lock. */
    readonly verify: (
      onObservations: OnObservations
    ) => Effect.Effect<Rebuilt, StorageFailed | LogDamaged | TablesDiffer>
  }
>() {}
