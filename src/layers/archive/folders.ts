/** Puts the folder of the archive in order before segments are sealed. */
import { mkdir, readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { archivePath } from "../files/data-dir.ts"
import { whyOf } from "../files/error-words.ts"
import { syncPath } from "../files/sync.ts"
import type { HotLog } from "./hot-log.ts"
import { readManifest } from "./manifest.ts"
import { BUILDING } from "./seal.ts"
import { type SegmentRecord, segmentName } from "./segment.ts"

const io = <A>(operation: string, call: () => Promise<A>): Effect.Effect<A, StorageFailed> =>
  Effect.tryPromise({
    try: call,
    catch: (error) => new StorageFailed({ operation, why: whyOf(error), cause: error })
  })

/** Tells whether SQLite still has all observations of a segment, the last one with the same hash in the chain. */
const isStillHot = (hot: HotLog, segment: SegmentRecord) =>
  Effect.gen(function* () {
    const ends = yield* hot.ends
    if (ends === undefined || ends.first > segment.first_seq || ends.last < segment.last_seq) return false
    const [last] = yield* hot.rows(segment.last_seq, segment.last_seq)
    return last?.chain_sha256 === segment.chain_sha256
  })

/**
 * Removes what a killed program has left: folders that were being built, and a segment that is in its place without
 * being in the record. Such a segment is sealed anew, because SQLite has all of its observations. If it has not, the
 * segment belongs to another log, or to a newer kalshi.db, and may be the only copy: then this fails and removes
 * nothing.
 */
export const removeUnrecorded = (
  dataDir: string,
  hot: HotLog,
  recorded: ReadonlyArray<SegmentRecord>
): Effect.Effect<void, StorageFailed> =>
  Effect.gen(function* () {
    const archive = archivePath(dataDir)
    yield* io(`making ${archive}`, async () => {
      await mkdir(archive, { recursive: true })
      await syncPath(dataDir)
    })
    const names = yield* io(`reading ${archive}`, () => readdir(archive))
    const known = new Set(recorded.map(segmentName))
    for (const name of names) {
      const path = join(archive, name)
      const remove = io(`removing ${path}`, () => rm(path, { recursive: true, force: true }))
      if (name.startsWith(BUILDING)) yield* remove
      else if (/^\d+-\d+$/.test(name) && !known.has(name)) {
        const hotStill = yield* Effect.flatMap(readManifest(path), (segment) => isStillHot(hot, segment))
        if (!hotStill)
          return yield* new StorageFailed({
            operation: "sealing observations",
            why: `${path} is a segment that kalshi.db does not know, and kalshi.db has not all of its observations. It belongs to another log or to a newer kalshi.db: restore that one, or move the folder away`
          })
        yield* remove
        yield* Effect.logInfo(`removed ${path}, which a killed program has left: it is sealed anew`)
      }
    }
  })
