import { Clock, Effect } from "effect"
import { WrongUsage } from "../../domain/errors.ts"
import { timeText } from "../../domain/units/time.ts"
import { nowSeconds } from "../../layers/clock/now.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { type Rebuilt, Replay } from "../../services/Replay.ts"
import { reader, rewriter } from "../cli/layers.ts"
import { pastOf } from "../cli/moments.ts"
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

/** Makes the tables as they were, and says how to read them. */
const makeThen = (until: NonNullable<Values["until"]>, output: string, json: boolean) =>
  Effect.gen(function* () {
    const replay = yield* Replay
    const time = "seq" in until ? undefined : yield* pastOf("--until", until, yield* nowSeconds)
    const head = yield* Effect.flatMap(ObservationLog, (log) => log.head)
    const { observations, observedAt, seq, tables } = yield* withProgress(
      "replaying",
      "observations",
      ({ at }) =>
        replay.reconstruct("seq" in until ? until : { time: timeText(time ?? 0) }, output, (done) =>
          at(done, "seq" in until ? until.seq : head.seq)
        )
    )
    yield* result(json, { seq, observedAt, observations, output, tables }, [
      ...rebuiltLines(tables),
      `the tables as of seq ${seq}, observed at ${observedAt}, are in ${output}: kalshi query --data-dir ${output}`
    ])
  })

const refuse = (why: string) => Effect.fail(new WrongUsage({ why }))

/** Checks that the options go together. */
const check = ({ output, restorePruned, scratch, until, verify }: Values) => {
  if (verify && restorePruned)
    return refuse("--verify changes nothing, --restore-pruned changes the tables: name one of them")
  if ((until === undefined) !== (output === undefined))
    return refuse("--until and --output go together: which tables, and where to make them")
  if (until !== undefined && (verify || restorePruned || scratch !== undefined))
    return refuse(
      "--until makes other tables, in --output: leave out --verify, --restore-pruned and --scratch"
    )
  if (!verify && scratch !== undefined)
    return refuse("--scratch goes with --verify: a rebuild works in the data directory")
  return Effect.void
}

export const run = (values: Values) =>
  Effect.gen(function* () {
    const { dataDir, json, output, restorePruned, scratch, until, verify, workers } = values
    yield* check(values)
    if (until !== undefined && output !== undefined)
      return yield* Effect.provide(makeThen(until, output, json), reader(dataDir, { workers }))
    const startedAt = yield* Clock.currentTimeMillis
    const rebuilt = yield* verify
      ? Effect.provide(verifyWithProgress(dataDir), reader(dataDir, { scratch, workers }))
      : Effect.provide(replayWithProgress({ restorePruned }), rewriter(dataDir, "replay", { workers }))
    yield* conclude(json, verify, rebuilt, (yield* Clock.currentTimeMillis) - startedAt)
  })
