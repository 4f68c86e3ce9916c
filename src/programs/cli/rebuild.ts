/** The rebuild of outdated tables beside the recording. */
import { Clock, Effect } from "effect"
import { progressFile } from "../../layers/replay/progress-file.ts"
import { Projector } from "../../services/Projector.ts"
import { type RebuildProgress, Replay } from "../../services/Replay.ts"
import { count } from "../terminal/output.ts"

/** The time between two log lines about the progress, in milliseconds. */
const LINE_EVERY = 30_000

/** Logs a line about the progress now and then. */
const progressLines = Effect.map(Clock.currentTimeMillis, (startedAt) => {
  let last = startedAt
  return ({ done, of, phase }: RebuildProgress) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      if (now - last < LINE_EVERY) return Effect.void
      last = now
      const unit = phase === "reading" ? "observations" : "rows"
      return Effect.logInfo(`rebuilding the tables: ${phase} ${count(done)} of ${count(of)} ${unit}`)
    })
})

const rebuild = (dataDir: string, outdated: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const [projector, replay] = [yield* Projector, yield* Replay]
    yield* Effect.logWarning(
      `the projections ${outdated.join(", ")} have changed since the tables were built: the tables are rebuilt beside the recording, and are those of before until then`
    )
    const startedAt = yield* Clock.currentTimeMillis
    const [write, say] = [yield* progressFile(dataDir), yield* progressLines]
    yield* replay.rebuildBeside(outdated, (progress) => Effect.zipRight(write(progress), say(progress)))
    yield* projector.catchUp()
    const seconds = ((yield* Clock.currentTimeMillis) - startedAt) / 1000
    yield* Effect.logInfo(`the tables are rebuilt, in ${seconds.toFixed(1)} s, and follow the log again`)
  }).pipe(Effect.scoped)

/**
 * Rebuilds the tables while the caller goes on recording, if the projections have changed since they were built. If
 * that fails, the tables stay as they are, a warning says why, and the next start tries again.
 */
export const rebuildBeside = (dataDir: string) =>
  Effect.gen(function* () {
    const [projector, replay] = [yield* Projector, yield* Replay]
    const outdated = yield* projector.outdated
    yield* outdated.length === 0 ? replay.removeRemains : rebuild(dataDir, outdated)
  }).pipe(
    Effect.catchAll(({ message }) =>
      Effect.logWarning(
        `the tables could not be rebuilt: ${message.replace(/\.$/, "")}. Recording goes on, and the tables stay as they are; the next start tries again.`
      )
    )
  )
