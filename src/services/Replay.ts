/** Rebuilds every projected table from seq 1 in a database of its own, beside the live tables. */
import { Context, type Effect } from "effect"
import type { LogDamaged, StorageFailed, TablesDiffer } from "../domain/errors.ts"

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
    /** Rebuilds up to the live checkpoint and compares; changes nothing and takes no lock. */
    readonly verify: (
      onObservations: OnObservations
    ) => Effect.Effect<Rebuilt, StorageFailed | LogDamaged | TablesDiffer>
  }
>() {}
