/**
 * Removes rows of old slots from the tables, and only those that an export holds row for row. The log is never
 * touched, so a replay could make the rows again; the recorded cut-offs prevent that.
 */
import { Context, type Effect } from "effect"
import type { NoDatabase, StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"

export interface PruneOptions {
  /** Removes the rows. Otherwise nothing is changed, and the report tells what would be removed. */
  readonly apply: boolean
  /** The folder of the Parquet export with which the tables are compared. */
  readonly exported: string
  /** Seconds since the epoch from which ages are counted. */
  readonly now: SlotSeconds
  /** The age in seconds up to which the rows of a table are kept, where it is not that of domain/read/retention.ts. */
  readonly keptSeconds?: Readonly<Record<string, number>>
  readonly onProgress?: (progress: PruneProgress) => Effect.Effect<void>
  /** Called before the first row of a table is removed, with what will be removed. */
  readonly onRemoving?: (removing: Removal) => Effect.Effect<void>
}

/** The slots that are removed from a table: from `from` up to, and not including, `before`. */
export interface Removal {
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

/** The slots from `slot` on stay, although they are old enough to be removed. */
export interface RemainingSlots {
  /** `2026-11-22T12:15:00Z`. */
  readonly slot: string
  readonly slots: number
  readonly why: string
}

export interface PrunedTable {
  readonly table: string
  /** Slots before this one are old enough to be removed. */
  readonly keptFrom: string
  /** The number of slots that are removed, or would be: old enough, and held by the export. */
  readonly slots: number
  readonly rows: number
  /** The first slot that is removed, or would be; `null` if there is none. */
  readonly from: string | null
  /** The cut-off that is recorded, or would be: a second after the last slot removed; `null` without any. */
  readonly before: string | null
  readonly stays: RemainingSlots | null
}

export interface PruneReport {
  readonly applied: boolean
  /** Absolute path. */
  readonly exported: string
  readonly tables: ReadonlyArray<PrunedTable>
}

export class Pruner extends Context.Tag("kalshi-tape/Pruner")<
  Pruner,
  {
    /**
     * Removes slots, the oldest first, up to the first one that the export does not hold. A slot is removed and
     * its cut-off recorded in one transaction, so a prune that is killed has removed fewer slots, and nothing
     * else. With `apply`, it needs the writer's lock and tables that have caught up with the log.
     */
    readonly prune: (options: PruneOptions) => Effect.Effect<PruneReport, StorageFailed | NoDatabase>
    /** Returns free pages to the file system. It needs as much free disk space as the database takes. */
    readonly vacuum: Effect.Effect<void, StorageFailed>
  }
>() {}
