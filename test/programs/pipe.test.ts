/** An answer that is larger than a pipe holds. */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { answer, appendAll, logIn } from "../layers/sqlite/support.ts"
import { commandOf, folder } from "./run.ts"

const OBSERVATIONS = 400

describe("an answer that is larger than a pipe holds", () => {
  it.scopedLive("reaches a reader that comes late as a whole", () =>
    Effect.gen(function* () {
      const dataDir = yield* folder
      const answers = Array.from({ length: OBSERVATIONS }, (_, n) => answer(n))
      yield* appendAll(answers).pipe(Effect.provide(logIn(dataDir)), Effect.provide(NodeContext.layer))
      const words = [process.execPath, ...commandOf("kalshi"), "log", "list", "--json", "--limit"]
      const command = [...words, String(OBSERVATIONS), "--data-dir", dataDir]
        .map((word) => `'${word}'`)
        .join(" ")
      // The reader waits until the program has written what the pipe holds, 65,536 bytes, and is at its end.
      const { stdout } = yield* Effect.promise(() =>
        promisify(execFile)("sh", ["-c", `${command} | { sleep 2; cat; }`], { maxBuffer: 2 ** 24 })
      )
      assert.isAbove(stdout.length, 2 * 65_536)
      assert.lengthOf(JSON.parse(stdout), OBSERVATIONS)
    })
  )
})
