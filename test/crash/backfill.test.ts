/**
 * A backfill is killed at random moments, again and again, and requested again in the same words: in the end
 * it has the result of a backfill that was never killed. CRASH_ROUNDS sets the number of rounds, CRASH_SEED
 * other moments.
 */
import { existsSync } from "node:fs"
import { assert, describe } from "@effect/vitest"
import { Config, Effect, FastCheck as fc } from "effect"
import { databasePath } from "../../src/layers/files/data-dir.ts"
import { it } from "../clock/noon.ts"
import { logged, past } from "../layers/backfill/support.ts"
import { rowsOf } from "../layers/projector/support.ts"
import { scopedFolder } from "../layers/sqlite/support.ts"
import { run, start } from "../programs/run.ts"
import { exchange, faults } from "../simulator/support.ts"

/** A request that is never answered, and the milliseconds from its arrival to the kill. */
const moments = (rounds: number, seed: number) =>
  fc.sample(
    fc.record({ request: fc.integer({ min: 1, max: 30 }), millis: fc.integer({ min: 0, max: 60 }) }),
    { numRuns: rounds, seed }
  )

describe("a backfill that is killed", () => {
  it.scopedLive(
    "resumes where it was, and gives the tables of an undisturbed one",
    () =>
      Effect.gen(function* () {
        const rounds = yield* Config.integer("CRASH_ROUNDS").pipe(Config.withDefault(3))
        const seed = yield* Config.integer("CRASH_SEED").pipe(Config.withDefault(20261122))
        const x = yield* exchange({ markets: 60 })
        const words = (folder: string) => [
          ...["--data-dir", folder, "--api-url", x.url, "--read-tokens-per-second", "100000", "--json"],
          ...["--series", "KXHIGHNY", "--period", "1440"]
        ]
        const folder = yield* scopedFolder
        for (const [n, { millis, request }] of moments(rounds, seed).entries()) {
          const when = `round ${n} of seed ${seed}, killed at request ${request}, ${millis} ms after`
          yield* x.setFaults(yield* faults(`hang:from=${request}; slow:ms=10`))
          const before = (yield* x.requests).length
          const working = yield* start("backfill", words(folder))
          yield* Effect.repeat(Effect.delay(x.requests, "5 millis"), {
            until: (seen) => seen.length - before >= request && existsSync(databasePath(folder))
          }).pipe(Effect.zipRight(Effect.sleep(millis)), Effect.raceFirst(working.ended))
          yield* working.kill("SIGKILL")
          const { code, stderr } = yield* working.ended
          assert.isNull(code, `${when}, but it ended before: ${stderr}`)
          const states = rowsOf(folder, "SELECT status FROM backfills").map(({ status }) => status)
          assert.deepStrictEqual(states, ["running"], when)
        }

        yield* x.setFaults([])
        const whole = yield* scopedFolder
        const [ended, once] = yield* Effect.all(
          [run("backfill", words(folder)), run("backfill", words(whole))],
          { concurrency: 2 }
        )
        assert.strictEqual(ended.code, 0, ended.stderr)
        assert.strictEqual(once.code, 0, once.stderr)
        assert.deepStrictEqual(past(folder), past(whole))
        assert.isAbove(past(whole).trades.length, 1000)

        const pages = logged(folder)
          .filter(({ request }) => request !== "/historical/cutoff")
          .map(({ page, request }) => `${request} ${page}`)
        assert.strictEqual(new Set(pages).size, pages.length, "no page twice")
        const [chain, replay] = yield* Effect.all(
          [run("log", ["verify", "--data-dir", folder]), run("replay", ["--verify", "--data-dir", folder])],
          { concurrency: 2 }
        )
        assert.strictEqual(chain.code, 0, chain.stderr)
        assert.strictEqual(replay.code, 0, replay.stderr)
      }),
    300_000
  )
})
