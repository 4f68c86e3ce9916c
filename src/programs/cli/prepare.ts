/** Checks before the tables are used: this version's projections must have built them. */
import { Effect, Option } from "effect"
import { TablesOutdated } from "../../domain/errors.ts"
import { aheadWords, archiveAhead } from "../../layers/archive/adoption.ts"
import { checkIntegrity } from "../../layers/sqlite/database/integrity.ts"
import { checkAnchor } from "../../layers/sqlite/log/anchor.ts"
import { refuseForeign } from "../../layers/sqlite/log/foreign-segments.ts"
import { verifyRuns } from "../../layers/sqlite/records/run-seals.ts"
import { BackfillJobs } from "../../services/BackfillJobs.ts"
import { Collector } from "../../services/Collector.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { Projector } from "../../services/Projector.ts"
import { Replay } from "../../services/Replay.ts"
import { withProgress } from "../terminal/progress.ts"

/**
 * Rebuilds the tables, with a warning, if the projections have changed since they were built. A program that records
 * does so before: what is not recorded now is lost, and tables can be built at any time.
 */
export const rebuildIfOutdated = Effect.gen(function* () {
  const projector = yield* Projector
  const outdated = yield* projector.outdated
  if (outdated.length === 0) return
  yield* Effect.logWarning(
    `the projections ${outdated.join(", ")} have changed since the tables were built: rebuilding from the log`
  )
  yield* replayWithProgress({ restorePruned: false })
})

/** Closes what a killed recorder left open, and brings the tables up to the log. */
export const recover = Effect.gen(function* () {
  const backfills = yield* BackfillJobs
  const waiting = yield* backfills.recover
  if (waiting > 0)
    yield* Effect.logWarning("a backfill was cut short when the last recorder died: it goes on")
  yield* Effect.flatMap(Collector, (collector) => collector.recover)
})

/** Fails if the tables are of another version. For programs that need current tables and may not write. */
export const failIfOutdated = Effect.gen(function* () {
  const projections = yield* Effect.flatMap(Projector, (projector) => projector.outdated)
  if (projections.length > 0) return yield* new TablesOutdated({ projections })
})

/** Warns if the tables are of another version, and says what to do. */
export const warnIfOutdated = Effect.catchTag(failIfOutdated, "TablesOutdated", ({ message }) =>
  Effect.logWarning(message)
)

export const warnIfCutShort = Effect.catchAll(checkAnchor, ({ message }) => Effect.logWarning(message))

/** Warns if the log ends before its archive. */
export const warnIfBehindArchive = (dataDir: string) =>
  Effect.flatMap(
    archiveAhead(dataDir),
    Option.match({ onNone: () => Effect.void, onSome: (ahead) => Effect.logWarning(aheadWords(ahead)) })
  )

/** Verifies what the hash chain does not cover: the end of the log, the archive's folder, and the run records. */
export const verifyRecords = (dataDir: string) =>
  checkAnchor.pipe(Effect.zipRight(refuseForeign(dataDir)), Effect.zipRight(verifyRuns))

/** Verifies the same, and the structure of the database file, which takes long where that is large. */
export const verifyAllRecords = (dataDir: string) =>
  Effect.zipRight(verifyRecords(dataDir), checkIntegrity(dataDir))

export const replayWithProgress = (options: { readonly restorePruned: boolean }) =>
  Effect.gen(function* () {
    const replay = yield* Replay
    const head = yield* Effect.flatMap(ObservationLog, (log) => log.head)
    return yield* withProgress("rebuilding", "observations", ({ at }) =>
      replay.rebuild((observations) => at(observations, head.seq), options)
    )
  })
