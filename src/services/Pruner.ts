/**
 * Lets tables go of what they need not keep: rows of slots past their keep, and only those that an export
 * holds row for row. The log is never touched, so a replay could make any of them again; that it does not is
 * what the recorded cut-offs are for.
 */
import { Context, type Effect } from "effect"
import type { NoDatabase, StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"

export interface PruneOptions {
  /** Removes; without it nothing is changed, and the report says what would be. */
  readonly apply: boolean
  /** The folder of the Parquet export that proves what may go. */
  readonly exported: string
  /** Seconds since the epoch from which ages are counted. */
  readonly now: SlotSeconds
  /** Public table → seconds, where another keep than domain/retention.ts is wanted. */
  readonly keptSeconds?: Readonly<Record<string, number>>
  readonly onProgress?: (progress: PruneProgress) => Effect.Effect<void>
  /** Called before the first row of a table is removed, with what will be removed. */
  readonly onRemoving?: (removing: Removing) => Effect.Effect<void>
}

/** The slots that are removed from a table: from `from` up to, and not including, `before`. */
export interface Removing {
  readonly table: string
  readonly from: string
  readonly before: string
  readonly slots: number
  readonly rows: number
}

export interface PruneProgress {
  readonly table: string
  readonly phase: "comparing" | "removing"
  readonly slots: number
  readonly of: number
}

/** Why the slots from `slot` on stay, though they are past their keep. */
export interface Staying {
  /** `2026-11-22T12:15:00Z`. */
  readonly slot: string
  readonly slots: number
  readonly why: string
}

export interface PrunedTable {
  readonly table: string
  /** Slots before this one are past their keep. */
  readonly keptFrom: string
  /** Slots that are removed, or would be: past their keep and proven to be exported. */
  readonly slots: number
  readonly rows: number
  /** The first slot that is removed, or would be; `null` if there is none. */
  readonly from: string | null
  /** The cut-off that is recorded, or would be: a second after the last slot removed; `null` without any. */
  readonly before: string | null
  readonly stays: Staying | null
}

export interface Pruned {
  readonly applied: boolean
  /** Absolute path. */
  readonly exported: string
  readonly tables: ReadonlyArray<PrunedTable>
}

export class Pruner extends Context.Tag("kalshi-tape/Pruner")<
  Pruner,
  {
    /**
     * Oldest slot first, up to the first that the export does not hold: that one and all newer stay. A slot and
     * its cut-off go in one transaction, so a prune that was killed is as good as one of fewer slots.
     * With `apply` it needs the writer's lock and tables that have caught up with the log.
     */
    readonly prune: (options: PruneOptions) => Effect.Effect<Pruned, StorageFailed | NoDatabase>
    /** Gives the free pages back to the file system; takes as much free disk as the database is large. */
    readonly vacuum: Effect.Effect<void, StorageFailed>
  }
>() {}
