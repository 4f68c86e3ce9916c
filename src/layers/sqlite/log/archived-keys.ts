/**
 * Looks up archived observations by what was asked for. Only segments that may hold an answer to a slot are searched:
 * an answer comes after its slot. In the ordinary case there is none, because segments are days old.
 */
import { Effect } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import type { ObservationKey } from "../../../domain/observation.ts"
import { type SlotSeconds, slotText } from "../../../domain/units/time.ts"
import { whyOf } from "../../files/error-words.ts"
import type { ArchivedRows } from "./archived-rows.ts"

/** The number of seconds by which a clock may have been set back between the slot and its answer. */
const CLOCK_STEP_SECONDS = 3600

const searcher = Effect.tryPromise({
  try: () => import("../../archive/segment-search.ts"),
  catch: (error) =>
    new StorageFailed({
      operation: "loading DuckDB, which reads the archive",
      why: whyOf(error),
      cause: error
    })
})

export const make = (archived: ArchivedRows) => {
  /** Searches the segments that may hold answers to a slot or a later one. */
  const search = (
    slot: SlotSeconds,
    sqlOf: (table: string) => string,
    values: ReadonlyArray<string | number>
  ) =>
    Effect.gen(function* () {
      const records = yield* archived.observedSince(slotText(slot - CLOCK_STEP_SECONDS))
      if (records.length === 0) return []
      const { searchSegments } = yield* searcher
      return yield* searchSegments(yield* archived.dataDir, records, sqlOf, values)
    })

  /** The seqs of the observation with a key: one or none. */
  const seqsOf = ({ feed, page, request, slot }: ObservationKey) =>
    search(
      slot,
      (table) => `SELECT seq FROM ${table} WHERE feed = ? AND slot = ? AND request = ? AND page = ?`,
      [feed, slotText(slot), request, page]
    ).pipe(Effect.map((rows) => rows.map(([seq]) => Number(seq))))

  /** The last seq of each request of a feed since a slot. */
  const lastSeqs = (feed: string, since: SlotSeconds) =>
    search(
      since,
      (table) => `SELECT request, max(seq) FROM ${table} WHERE feed = ? AND slot >= ? GROUP BY request`,
      [feed, slotText(since)]
    ).pipe(Effect.map((rows) => new Map(rows.map(([request, seq]) => [String(request), Number(seq)]))))

  /** The seqs of the observations of a slot of a feed. */
  const seqsIn = (feed: string, slot: SlotSeconds) =>
    search(slot, (table) => `SELECT seq FROM ${table} WHERE feed = ? AND slot = ?`, [
      feed,
      slotText(slot)
    ]).pipe(Effect.map((rows) => rows.map(([seq]) => Number(seq))))

  return { seqsOf, lastSeqs, seqsIn }
}
