import { Effect, Layer } from "effect"
import { type Age, before as ageBefore } from "../../domain/units/age.ts"
import { isoMicros, type SlotSeconds } from "../../domain/units/time.ts"
import * as SqliteArchive from "../../layers/archive/LogArchive.ts"
import { nowSeconds } from "../../layers/clock/now.ts"
import { type ArchiveReport, LogArchive, type SealedSegment } from "../../services/LogArchive.ts"
import { maintenance } from "../cli/maintenance-layers.ts"
import type { ArchiveValues } from "../definitions/log.ts"
import { count, megabytes, plural, result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"

/** A time after every observation. */
const END_OF_TIME = "9999-12-31T23:59:59.999999Z"

/**
 * Returns the time before which observations are sealed. An age of zero seals all of them, those of the present second
 * and of a clock that was ahead too.
 */
const sealBefore = (now: SlotSeconds, age: Age): string =>
  age.months === 0 && age.seconds === 0 ? END_OF_TIME : isoMicros(ageBefore(now, age) * 1_000_000)

const sizeOf = (bytes: number): string =>
  bytes < 1_000_000 ? `${count(Math.ceil(bytes / 1000))} kB` : `${count(megabytes(bytes))} MB`

const segmentLine = ({
  bodyBytes,
  fileBytes,
  firstSeq,
  lastSeq,
  pieces,
  storedBytes
}: SealedSegment): string =>
  `seq ${firstSeq} to ${lastSeq}: ${plural(pieces, "distinct piece")}, ${sizeOf(bodyBytes)} as received, ${sizeOf(storedBytes)} in kalshi.db, ${sizeOf(fileBytes)} in the archive`

/** Describes what was sealed and removed, a line for each segment and one for all. */
const archiveLines = ({ freedBytes, removed, segments }: ArchiveReport): ReadonlyArray<string> => [
  ...segments.map(segmentLine),
  removed === 0 && segments.length === 0
    ? "nothing to seal"
    : `${plural(removed, "observation")} in ${plural(segments.length, "new segment")} verified and removed from kalshi.db, which becomes ${sizeOf(freedBytes)} smaller`
]

export const runArchive = ({ dataDir, json, olderThan }: ArchiveValues) =>
  Effect.gen(function* () {
    const archive = yield* LogArchive
    const before = sealBefore(yield* nowSeconds, olderThan)
    const report = yield* withProgress("sealing", "observations", ({ at }) =>
      archive.archive({ before, onProgress: at })
    )
    yield* result(json, { before, ...report }, archiveLines(report))
  }).pipe(
    Effect.provide(Layer.provideMerge(SqliteArchive.layer(dataDir), maintenance(dataDir, "log archive")))
  )
