/** `log archive` as users type it, beside a recorder, and what other programs say of the log then. */

import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as WriterLock from "../../src/layers/sqlite/database/WriterLock.ts"
import { hotSeqs, record, recording } from "../layers/archive/support.ts"
import { folder, run } from "./run.ts"

const PATIENCE_MILLIS = 300_000

describe("kalshi log archive", () => {
  it.scopedLive(
    "seals what is old enough beside a recorder, and the log is one as before",
    () =>
      Effect.gen(function* () {
        const dataDir = yield* folder
        const answers = recording()
        yield* record(dataDir, answers)
        const on = ["--data-dir", dataDir]
        const whole = yield* run("log", ["list", ...on, "--json"])
        const body = yield* run("log", ["show", "6", "--body", ...on])
        yield* WriterLock.acquire(dataDir, "a recorder")

        const wrong = yield* run("log", ["archive", "--older-than", "2", ...on])
        assert.strictEqual(wrong.code, 2)
        assert.include(wrong.stderr, "needs a unit")
        const young = yield* run("log", ["archive", "--older-than", "50y", ...on])
        assert.strictEqual(young.code, 0, young.stderr)
        assert.include(young.stdout, "nothing to seal")
        assert.strictEqual(hotSeqs(dataDir).length, answers.length)

        const all = yield* run("log", ["archive", "--older-than", "0s", "--json", ...on])
        assert.strictEqual(all.code, 0, all.stderr)
        const report = JSON.parse(all.stdout)
        assert.strictEqual(report.removed, answers.length)
        assert.deepInclude(report.segments[0], { firstSeq: 1, lastSeq: answers.length })
        assert.deepStrictEqual(hotSeqs(dataDir), [])

        const again = yield* run("log", ["list", ...on, "--json"])
        assert.deepStrictEqual(JSON.parse(again.stdout), JSON.parse(whole.stdout))
        assert.strictEqual((yield* run("log", ["show", "6", "--body", ...on])).stdout, body.stdout)
        const verified = yield* run("log", ["verify", ...on])
        assert.strictEqual(verified.code, 0, verified.stderr)
        assert.include(verified.stdout, `${answers.length} observations verified`)
      }).pipe(Effect.provide(NodeContext.layer)),
    PATIENCE_MILLIS
  )
})
