/**
 * The file `rebuild.json` of a data directory, in which a recorder says how far the rebuild of the tables beside it
 * has come, for other processes to read. It counts only while the process that wrote it holds the writer's lock.
 */
import { readFile, rename, rm, writeFile } from "node:fs/promises"
import { Clock, Effect, Ref, Schema, type Scope } from "effect"
import type { RebuildProgress } from "../../services/Replay.ts"
import type { RecorderState, TablesRebuild } from "../../services/Status.ts"
import { now } from "../clock/now.ts"
import { rebuildPath } from "../files/data-dir.ts"

const Content = Schema.parseJson(
  Schema.Struct({
    pid: Schema.Int,
    since: Schema.String,
    phase: Schema.Literal("reading", "copying"),
    done: Schema.Int,
    of: Schema.Int,
    secondsLeft: Schema.NullOr(Schema.Int)
  })
)

/** The time between two writes, in milliseconds. */
const WRITE_EVERY = 1000

/** The part of a phase that must be done before its pace says anything about the rest of it. */
const PACE_FROM = 0.02

const secondsLeft = ({ done, of }: RebuildProgress, elapsedMillis: number): number | null =>
  done <= of * PACE_FROM ? null : Math.ceil((elapsedMillis / 1000) * (of / done - 1))

const write = (path: string, content: typeof Content.Type) =>
  Schema.encode(Content)(content).pipe(
    Effect.flatMap((text) =>
      Effect.tryPromise(async () => {
        // A reader must not find a part of the text.
        await writeFile(`${path}.new`, text)
        await rename(`${path}.new`, path)
      })
    ),
    // The rebuild does not depend on anybody's knowing of it.
    Effect.ignoreLogged
  )

/** Makes the function that writes the progress of a rebuild. The file is removed when the scope closes. */
export const progressFile = (
  dataDir: string
): Effect.Effect<(progress: RebuildProgress) => Effect.Effect<void>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const path = rebuildPath(dataDir)
    const since = yield* now
    const begun = yield* Clock.currentTimeMillis
    const last = yield* Ref.make({ phase: "", begun, written: 0 })
    yield* Effect.addFinalizer(() => Effect.ignoreLogged(Effect.tryPromise(() => rm(path, { force: true }))))
    return (progress) =>
      Effect.gen(function* () {
        const { phase } = progress
        const at = yield* Clock.currentTimeMillis
        const before = yield* Ref.get(last)
        const isNew = before.phase !== phase
        if (!isNew && at - before.written < WRITE_EVERY) return
        const phaseBegun = isNew ? at : before.begun
        yield* Ref.set(last, { phase, begun: phaseBegun, written: at })
        yield* write(path, {
          pid: process.pid,
          since,
          ...progress,
          secondsLeft: secondsLeft(progress, at - phaseBegun)
        })
      })
  })

/** Returns the rebuild that the recorder of a data directory has under way, or `null` if there is none. */
export const rebuildIn = (
  dataDir: string,
  recorder: RecorderState | null
): Effect.Effect<TablesRebuild | null> =>
  Effect.gen(function* () {
    if (recorder === null) return null
    const text = yield* Effect.tryPromise(() => readFile(rebuildPath(dataDir), "utf8"))
    const { pid, ...rebuild } = yield* Schema.decode(Content)(text)
    // A file that a killed process has left is older than the recorder that holds the lock now.
    return pid === recorder.pid && rebuild.since >= recorder.since ? rebuild : null
  }).pipe(Effect.orElseSucceed(() => null))
