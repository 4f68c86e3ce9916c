/** A range of the log, and the cuts between ranges that take equally long to replay. */
import { availableParallelism } from "node:os"
import { Array as Arr, Effect } from "effect"
import type { SegmentRecord } from "../archive/segment.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import * as WholeLog from "../sqlite/log/whole-log.ts"

/** Both ends are included. A range whose `to` is below its `from` is empty. */
export interface SeqRange {
  readonly from: number
  readonly to: number
}

/** The bytes that are stored for an observation. */
export interface Weight {
  readonly seq: number
  readonly bytes: number
}

/**
 * Cuts a range into at most `count` ranges of about equal weight. Some of the observations are enough for that, in
 * the order of seq: the ones between them weigh the same.
 */
export const cut = (
  whole: SeqRange,
  weights: ReadonlyArray<Weight>,
  count: number
): Arr.NonEmptyReadonlyArray<SeqRange> => {
  const total = weights.reduce((sum, { bytes }) => sum + bytes, 0)
  const ends: Array<number> = []
  let sum = 0
  for (const { bytes, seq } of weights) {
    sum += bytes
    if (sum >= (total * (ends.length + 1)) / count && seq < whole.to && ends.length + 1 < count)
      ends.push(seq)
  }
  return Arr.map(Arr.append(ends, whole.to), (to, index) => ({
    from: (ends[index - 1] ?? whole.from - 1) + 1,
    to
  }))
}

/** Observations whose sizes are read: enough to cut the log evenly, however long it is. */
const WEIGHED = 10_000

/**
 * A range of fewer stored bytes is not worth a process. It is replayed in about two seconds; starting a process
 * takes half a second, and the first listing of a range is decoded in full.
 */
const RANGE_BYTES_MIN = 4 * 1024 * 1024

/** Takes the observations of a segment for equally large: its record has the sum of their sizes. */
const weightsOf =
  (step: number) =>
  ({ first_seq, last_seq, stored_bytes }: SegmentRecord): ReadonlyArray<Weight> => {
    const count = last_seq - first_seq + 1
    const bytes = stored_bytes / count
    return Array.from({ length: Math.ceil(count / step) }, (_, index) => ({
      seq: first_seq + index * step,
      bytes
    }))
  }

/**
 * Cuts the log up to a seq, by default all of it, into `workers` ranges. By default there are as many ranges as the
 * log is large enough for, and at most as many as the machine has cores.
 */
export const rangesUpTo = (upTo: number | undefined, workers: number | undefined) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const log = yield* WholeLog.make(sql)
    const to = upTo ?? (yield* log.head).seq
    const step = Math.max(1, Math.ceil(to / WEIGHED))
    const segments = yield* log.archived.segmentsFrom(1)
    const hotFrom = (segments.at(-1)?.last_seq ?? 0) + 1
    const hot = yield* sql<Weight>`
      WITH RECURSIVE sample (seq) AS (
        SELECT ${hotFrom} UNION ALL SELECT seq + ${step} FROM sample WHERE seq + ${step} <= ${to}
      )
      SELECT o.seq, length(o.body) AS bytes FROM sample s CROSS JOIN observations o ON o.seq = s.seq ORDER BY o.seq
    `
    const weights = [...segments.flatMap(weightsOf(step)).filter(({ seq }) => seq <= to), ...hot]
    const bytes = weights.reduce((sum, weight) => sum + weight.bytes, 0) * step
    const worthwhile = Math.min(availableParallelism(), Math.floor(bytes / RANGE_BYTES_MIN))
    return cut({ from: 1, to }, weights, Math.max(1, workers ?? worthwhile))
  }).pipe(storage("reading the log"))
