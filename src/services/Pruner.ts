/**
 * Keeps SQLite small: removes old rows of the fact tables, and only those that the lake provably holds. The log is
 * never touched. Recorded cut-offs let a replay remove the same rows again.
 */
import { Context, type Effect } from "effect"
import type { MaintenanceLocked, NoDatabase, StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"

export interface PruneOptions {
  /** Rows of this time and later ones stay. */
  readonly before: SlotSeconds
  readonly onProgress?: (progress: PruneProgress) => Effect.Effect<void>
}

/** A span is a slot, the end of a candle, or a quarter of an hour of trades. */
export interface PruneProgress {
  readonly table: string
  readonly spans: number
  readonly of: number
}

export interface PrunedTable {
  readonly table: string
  /** The stored rows that were removed. */
  readonly rows: number
  readonly spans: number
  /** The first span that was removed, `2026-11-22T12:15:00Z`; `null` if there is none. */
  readonly from: string | null
  /** The time before which no row is left that the lake had; `null` if nothing was removed. */
  readonly before: string | null
  /** The rows from this time on stay although they are old enough, and why. */
  readonly stays: { readonly from: string; readonly why: string } | null
}

export interface PruneReport {
  /** Rows before this time are old enough to be removed. */
  readonly keptFrom: string
  readonly tables: ReadonlyArray<PrunedTable>
}

/** Explains why old rows stay in SQLite; `null` if none do. */
export const whyRowsStay = ({ tables }: PruneReport): string | null => {
  const staying = tables.flatMap(({ stays, table }) =>
    stays === null ? [] : [`${table} from ${stays.from} on (${stays.why})`]
  )
  return staying.length === 0
    ? null
    : `rows that are old enough to leave the database stay: ${staying.join("; ")}. Nothing is lost; \`kalshi maintain\` writes the lake first.`
}

export class Pruner extends Context.Tag("kalshi-tape/Pruner")<
  Pruner,
  {
    /**
     * Removes the rows before a time, the oldest first, up to the first span of which the lake does not hold every
     * row. Rows of observations after the lake's watermark stay. Rows and cut-off go in one transaction, which is so
     * small that a recorder beside it does not wait; a prune that is killed has removed less, and nothing else. It
     * holds the lock of maintenance.
     */
    readonly prune: (
      options: PruneOptions
    ) => Effect.Effect<PruneReport, StorageFailed | NoDatabase | MaintenanceLocked>
  }
>() {}
