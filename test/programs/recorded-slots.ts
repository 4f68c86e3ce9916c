/** A recording like that of the demo, for tests that run commands on the demo's data. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { run, start } from "./run.ts"

/**
 * Records slots of every feed from a small local exchange. How much `kalshi demo` records depends on the machine; this
 * does not, and takes a tenth of the time.
 */
export const recordSlots = (dataDir: string, slots: number) =>
  Effect.scoped(
    Effect.gen(function* () {
      const exchange = yield* start("exchange", ["--port", "0", "--markets", "120", "--seed", "7"])
      const url = yield* exchange.says(/http:\/\/[\d.]+:\d+[\w/-]*/)
      for (let slot = 1; slot <= slots; slot++) {
        const { code, stderr } = yield* run("collect", [
          ...["--once", "--data-dir", dataDir],
          ...["--api-url", url, "--read-tokens-per-second", "100000"]
        ])
        assert.strictEqual(code, 0, stderr)
      }
    })
  )
