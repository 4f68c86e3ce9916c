/**
 * Looks up single archived observations. The pieces of one body lie all over a segment, so it takes about as long to
 * read one observation as to read those behind it, too. A backfill that goes on looks up thousands of them, mostly in
 * the order in which they were recorded: the ones behind the last look-up are kept.
 */
import type * as SqlError from "@effect/sql/SqlError"
import { Effect, Option, Ref, Stream } from "effect"
import type { LogDamaged, StorageFailed } from "../../../domain/errors.ts"
import type { ArchivedObservation, SegmentRecord } from "../../archive/segment.ts"
import type { ArchivedRows } from "./archived-rows.ts"

/** The number of observations that are read at a time, and the bytes of their bodies at which reading ends. */
const ROWS_AHEAD = 64
const BYTES_AHEAD = 16_777_216

interface Found {
  readonly segment: SegmentRecord
  readonly row: ArchivedObservation
}

type Known = ReadonlyMap<number, Found>

export const make = (archived: ArchivedRows) =>
  Effect.gen(function* () {
    const reading = yield* Effect.makeSemaphore(1)
    const known = yield* Ref.make<Known>(new Map())

    const read = (segment: SegmentRecord, from: number, rowsMax: number) =>
      archived.observations(segment, { from, to: Math.min(from + rowsMax - 1, segment.last_seq) }).pipe(
        Stream.flattenIterables,
        Stream.mapAccum(0, (bytes, row) => {
          const sum = bytes + row.body.length
          return [sum, { row, isLast: sum >= BYTES_AHEAD }]
        }),
        Stream.takeUntil(({ isLast }) => isLast),
        Stream.runFold(new Map<number, Found>(), (found, { row }) => found.set(row.seq, { segment, row }))
      )

    const load = (seq: number) =>
      Effect.gen(function* () {
        const segment = yield* archived.segmentWith(seq)
        if (Option.isNone(segment)) return
        // Damage to an observation behind it is no damage to this one.
        const found = yield* Effect.catchTag(read(segment.value, seq, ROWS_AHEAD), "LogDamaged", () =>
          read(segment.value, seq, 1)
        )
        yield* Ref.set(known, found)
      })

    const lookUp = (seq: number) => Effect.map(Ref.get(known), (rows) => Option.fromNullable(rows.get(seq)))

    /** Returns an observation with its segment, or none if it is not archived. Its body is not compared with its hash. */
    return (
      seq: number
    ): Effect.Effect<Option.Option<Found>, StorageFailed | LogDamaged | SqlError.SqlError> =>
      Effect.flatMap(
        lookUp(seq),
        Option.match({
          onNone: () => Effect.zipRight(load(seq), lookUp(seq)),
          onSome: Effect.succeedSome
        })
      ).pipe(reading.withPermits(1))
  })
