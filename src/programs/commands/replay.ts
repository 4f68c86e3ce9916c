import { Clock, Effect } from "effect"
import { WrongUsage } from "../../domain/errors.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { type Rebuilt, Replay } from "../../services/Replay.ts"
import { reader, rewriter } from "../cli/layers.ts"
import { failIfOutdated, replayWithProgress, verifyAllRecords } from "../cli/prepare.ts"
import type { Values } from "../definitions/replay.ts"
import { plural, result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"
import { rebuiltLines } from "../terminal/rebuilt.ts"

const verifyWithProgress = (dataDir: string) =>
  Effect.gen(function* () {
    yield* failIfOutdated
    yield* verifyAllRecords(dataDir)
    const replay = yield* Replay
    const head = yield* Effect.flatMap(ObservationLog, (log) => log.head)
    return yield* withProgress("verifying", "observations", ({ at }) =>
      replay.verify((observations) => at(observations, head.seq))
    )
  })

const conclude = (
  json: boolean,
  verified: boolean,
  { observations, tables }: Rebuilt,
  elapsedMillis: number
) =>
  result(json, { verified, observations, elapsedMillis, tables }, [
    ...rebuiltLines(tables),
    `${plural(observations, "observation")} replayed in ${(elapsedMillis / 1000).toFixed(1)} s: ${
      verified ? "the tables are what the log says" : "the tables are rebuilt"
    }`
  ])

export const run = ({ dataDir, json, restorePruned, scratch, verify, workers }: Values) =>
  Effect.gen(function* () {
    if (verify && restorePruned)
      return yield* new WrongUsage({
        why: "--verify changes nothing, --restore-pruned changes the tables: name one of them"
      })
    if (!verify && scratch !== undefined)
      return yield* new WrongUsage({
        why: "--scratch goes with --verify: a rebuild works in the data directory"
      })
    const startedAt = yield* Clock.currentTimeMillis
    const rebuilt = yield* verify
      ? Effect.provide(verifyWithProgress(dataDir), reader(dataDir, { scratch, workers }))
      : Effect.provide(replayWithProgress({ restorePruned }), rewriter(dataDir, "replay", { workers }))
    yield* conclude(json, verify, rebuilt, (yield* Clock.currentTimeMillis) - startedAt)
  })
