/** The LogArchive over SQLite and Parquet files. */
import { Effect, Layer } from "effect"
import { type ArchiveOptions, LogArchive, type SealedSegment } from "../../services/LogArchive.ts"
import * as MaintenanceLock from "../sqlite/database/MaintenanceLock.ts"
import { GENESIS } from "../sqlite/log/chain.ts"
import { checkFiles, segmentFolder } from "./files.ts"
import { removeUnrecorded } from "./folders.ts"
import { type HotLog, openHotLog } from "./hot-log.ts"
import { LIMITS, type SealedEnd, type SegmentLimits, sealNext } from "./seal.ts"
import type { SegmentRecord } from "./segment.ts"

const START: SealedEnd = { seq: 0, chain: GENESIS, link: GENESIS }

const endOf = (segment: SegmentRecord | undefined): SealedEnd =>
  segment === undefined
    ? START
    : { seq: segment.last_seq, chain: segment.chain_sha256, link: segment.link_sha256 }

const reported = (segment: SegmentRecord): SealedSegment => ({
  firstSeq: segment.first_seq,
  lastSeq: segment.last_seq,
  pieces: segment.pieces,
  bodyBytes: segment.body_bytes,
  storedBytes: segment.stored_bytes,
  fileBytes: segment.observations_bytes + segment.pieces_bytes
})

/** Removes the rows up to a seq in small transactions. Returns their number. */
const removeSealed = (hot: HotLog, to: number, onRemoved: (rows: number) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    let removed = 0
    for (;;) {
      const some = yield* hot.removeSome(to)
      if (some === 0) return removed
      removed += some
      yield* onRemoved(removed)
    }
  })

export const make = (dataDir: string, limits: Partial<SegmentLimits> = {}) => {
  const archive = ({ before, onProgress = () => Effect.void }: ArchiveOptions) =>
    Effect.gen(function* () {
      yield* MaintenanceLock.acquire(dataDir, "the archive")
      const hot = yield* openHotLog(dataDir)
      const recorded = yield* hot.segments
      yield* removeUnrecorded(dataDir, hot, recorded)
      let end = endOf(recorded.at(-1))
      const to = yield* hot.lastBefore(end.seq + 1, before)
      const first = (yield* hot.ends)?.first ?? end.seq + 1

      // A killed program may have left rows that are sealed. Their segments may have been damaged since.
      const left = recorded.filter(({ last_seq }) => last_seq >= first)
      for (const segment of left) yield* checkFiles(segmentFolder(dataDir, segment), segment)
      const of = 2 * Math.max(0, to - end.seq) + Math.max(0, end.seq - first + 1)
      let done = 0
      const remove = (seq: number) =>
        Effect.tap(
          removeSealed(hot, seq, (rows) => onProgress(done + rows, of)),
          (rows) =>
            Effect.sync(() => {
              done += rows
            })
        )

      let removed = yield* remove(end.seq)
      const segments: Array<SealedSegment> = []
      while (end.seq < to) {
        const start = end.seq
        const segment = yield* sealNext({
          dataDir,
          hot,
          after: end,
          to,
          limits: { ...LIMITS, ...limits },
          onSealed: (seq) => onProgress(done + seq - start, of)
        })
        if (segment === undefined) break
        yield* hot.record(segment)
        segments.push(reported(segment))
        end = endOf(segment)
        done += end.seq - start
        removed += yield* remove(end.seq)
      }
      return { segments, removed, freedBytes: yield* hot.giveBack }
    }).pipe(
      Effect.scoped,
      // A failure of the fiber that reads ahead is the one failure, without what was interrupted beside it.
      Effect.catchAll(Effect.fail),
      Effect.withSpan("LogArchive.archive")
    )
  return LogArchive.of({ archive })
}

export const layer = (dataDir: string) => Layer.succeed(LogArchive, make(dataDir))
