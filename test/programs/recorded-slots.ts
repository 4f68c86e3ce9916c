/** A recording like that of the demo, for tests that run commands on the demo's data. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { clockEnvironment } from "../clock/child-clock.ts"
import { run, start } from "./run.ts"

/** The time between two slots, in milliseconds, so that reports can compare them. The last slot is taken now. */
const BETWEEN_MILLIS = 2.25 * 3_600_000

/**
 * Records slots of every feed from a small local exchange. How much `kalshi demo` records depends on the machine; this
 * does not, and takes a tenth of the time. The exchange is started anew for each slot, at the time of the slot.
 */
export const recordSlots = (dataDir: string, slots: number) =>
  Effect.gen(function* () {
    let port = "0"
    for (let before = slots - 1; before >= 0; before--) {
      const env = yield* clockEnvironment(-before * BETWEEN_MILLIS)
      port = yield* Effect.scoped(
        Effect.gen(function* () {
          const exchange = yield* start("exchange", ["--port", port, "--markets", "120", "--seed", "7"], {
            env
          })
          const url = yield* exchange.says(/http:\/\/[\d.]+:\d+[\w/-]*/)
          const { code, stderr } = yield* run(
            "collect",
            [
              ...["--once", "--data-dir", dataDir],
              ...["--api-url", url, "--read-tokens-per-second", "100000"]
            ],
            { env }
          )
          assert.strictEqual(code, 0, stderr)
          return new URL(url).port
        })
      )
    }
  })
