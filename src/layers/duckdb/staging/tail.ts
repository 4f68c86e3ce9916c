/** The tail of a table of the lake: the rows that were read from the log after a seq. */
import { Effect } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import { type LakeTable, lakeTables, selectRange } from "../../../domain/read/lake.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import { common, type Span } from "./bounds.ts"
import type { StageOptions } from "./table-source.ts"

/** Smaller than any seq. */
export const BEFORE_ALL = -1

export const ALL: Span = { from: 0, to: Number.MAX_SAFE_INTEGER }

const NONE: Span = { from: 1, to: 0 }

export const lakeTableOf = (table: PublicTable): LakeTable | undefined =>
  lakeTables.find((one) => one.table === table)

/** Greater than any seq. */
export const AFTER_ALL = Number.MAX_SAFE_INTEGER

/**
 * Returns the part of a range of the leading key that has the rows after one seq up to another. Without a seq, it is
 * the range, and without a range that of all rows.
 */
export const rangeBetween = (
  lakeTable: LakeTable,
  snapshot: Snapshot,
  { after, range = ALL, upTo }: Pick<StageOptions, "after" | "range" | "upTo">
): Effect.Effect<Span, StorageFailed> =>
  after === undefined && upTo === undefined
    ? Effect.succeed(range)
    : Effect.map(
        snapshot.query(selectRange(lakeTable), [after ?? BEFORE_ALL, upTo ?? AFTER_ALL]),
        ([[from = null, to = null] = []]) =>
          from === null || to === null ? NONE : common(range, { from: Number(from), to: Number(to) })
      )
