/** Writes the versions of entities. */
import { Effect } from "effect"
import { type Cell, type EntityCell, KEPT } from "../../domain/read/column.ts"
import type { Versions } from "../../domain/read/versions.ts"
import { epochMicros } from "../../domain/units/time.ts"
import type { Sql } from "./statement-batches.ts"
import { upsert } from "./upsert.ts"

/** The observation that the rows come from. */
export interface RowOrigin {
  readonly seq: number
  readonly observedAt: string
}

/** Writes descriptions as versions, and the page that they come from. */
export const versionWriter = (sql: Sql, { pages, rows }: Versions) => {
  const writeRows = upsert(sql, rows)
  const writePage = upsert(sql, pages)
  return (
    changed: ReadonlyArray<ReadonlyArray<EntityCell>>,
    digestOf: (key: Cell) => Cell,
    { observedAt, seq }: RowOrigin
  ) =>
    Effect.gen(function* () {
      if (changed.length === 0) return
      const observed = epochMicros(observedAt)
      yield* writeRows(
        changed.map(([key = null, ...cells]) => [
          observed,
          key === KEPT ? null : key,
          seq,
          digestOf(key as Cell),
          ...cells.map((cell) => (cell === KEPT ? null : cell))
        ])
      )
      yield* writePage([[seq, observedAt, observed, observed]])
    })
}
