/**
 * `backup` and `restore` are killed at random moments, again and again, while a recording grows. A backup is whole or
 * not there, and so is a restored recording; what a killed one has left is gone after the next. CRASH_ROUNDS sets the
 * number of rounds, CRASH_SEED other moments.
 */
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Config, Effect, FastCheck as fc } from "effect"
import { databasePath } from "../../src/layers/files/data-dir.ts"
import { addLakeFile, filesBelow, logOf, logOfLength } from "../layers/backup/support.ts"
import { answer, append, logIn, noise, scopedFolder } from "../layers/sqlite/support.ts"
import { run, start } from "../programs/run.ts"

const PATIENCE_MILLIS = 1_200_000

const hidden = (folder: string) =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(".")) : []

/** Runs a program until it is sent a signal after a fraction of the time that it takes. */
const stopped = (
  signal: "SIGKILL" | "SIGTERM",
  program: string,
  words: ReadonlyArray<string>,
  millis: number
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { ended, kill } = yield* start(program, words)
      yield* Effect.raceFirst(Effect.sleep(millis), Effect.asVoid(ended))
      yield* kill(signal)
      return yield* ended
    })
  )

describe("a backup and a restore that are killed", () => {
  it.scopedLive(
    "leave all or nothing",
    () =>
      Effect.gen(function* () {
        const rounds = yield* Config.integer("CRASH_ROUNDS").pipe(Config.withDefault(4))
        const seed = yield* Config.integer("CRASH_SEED").pipe(Config.withDefault(20261122))
        const dataDir = yield* logOfLength(40)
        const backups = join(yield* scopedFolder, "backups")
        const on = ["--data-dir", dataDir]

        const first = yield* run("backup", [...on, "--output", join(backups, "first"), "--json"])
        assert.strictEqual(first.code, 0, first.stderr)
        const whole = yield* run("restore", [join(backups, "first"), "--data-dir", join(backups, "one")])
        assert.strictEqual(whole.code, 0, whole.stderr)

        const fractions = fc.sample(fc.double({ min: 0.4, max: 1.05, noNaN: true }), {
          numRuns: rounds * 2,
          seed
        })
        for (const [index, fraction] of fractions.entries()) {
          const when = `round ${index} of seed ${seed}, killed at ${fraction}`
          if (index % 2 === 0) {
            yield* Effect.provide(append(answer(500 + index, { body: noise(9_000, index) })), logIn(dataDir))
            addLakeFile(dataDir, `trades/month=2026-11/hour-${index}.parquet`)
            const output = join(backups, `killed-${index}`)
            const { code } = yield* stopped(
              "SIGKILL",
              "backup",
              [...on, "--output", output],
              fraction * first.millis
            )
            assert.include([0, null], code, when)
            if (existsSync(output)) assert.deepStrictEqual(logOf(output), logOf(dataDir), when)
          } else {
            const target = join(backups, `restored-${index}`)
            const words = [join(backups, "first"), "--data-dir", target]
            const { code } = yield* stopped("SIGKILL", "restore", words, fraction * whole.millis)
            assert.include([0, null], code, when)
            if (!existsSync(databasePath(target))) {
              const again = yield* run("restore", words)
              assert.strictEqual(again.code, 0, `${when}: ${again.stderr}`)
            }
            assert.deepStrictEqual(hidden(target), [], when)
            const expected = filesBelow(join(backups, "first")).filter((name) => name !== "backup.json")
            assert.deepStrictEqual(
              filesBelow(target).filter((name) => !name.startsWith("writer.")),
              expected,
              when
            )
            assert.deepStrictEqual(logOf(target), logOf(join(backups, "first")), when)
          }
        }
        for (const fraction of [0.5, 0.7, 0.9]) {
          const folder = yield* scopedFolder
          const [output, target] = [join(folder, "backup"), join(folder, "data")]
          yield* stopped("SIGTERM", "backup", [...on, "--output", output], fraction * first.millis)
          assert.deepStrictEqual(hidden(folder), [], `stopped at ${fraction}`)
          const words = [join(backups, "first"), "--data-dir", target]
          yield* stopped("SIGTERM", "restore", words, fraction * whole.millis)
          assert.deepStrictEqual(hidden(target), [], `stopped at ${fraction}`)
        }
        const last = yield* run("backup", [...on, "--output", join(backups, "last")])
        assert.strictEqual(last.code, 0, last.stderr)
        assert.deepStrictEqual(hidden(backups), [])
        assert.deepStrictEqual(hidden(dataDir), [])
        assert.deepStrictEqual(logOf(join(backups, "last")), logOf(dataDir))
      }),
    PATIENCE_MILLIS
  )
})
