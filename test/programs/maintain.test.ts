/** `maintain` as users type it, over the real lake and the real archive. */
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { timeText } from "../../src/domain/units/time.ts"
import * as MaintenanceLock from "../../src/layers/sqlite/database/MaintenanceLock.ts"
import * as WriterLock from "../../src/layers/sqlite/database/WriterLock.ts"
import { it } from "../clock/noon.ts"
import { stringsMarket } from "../domain/read/wire/bodies.ts"
import { page } from "../layers/projector/observations.ts"
import { rowsOf, tablesIn, tell } from "../layers/projector/support.ts"
import { SLOT } from "../layers/sqlite/support.ts"
import { folder, run } from "./run.ts"

const PATIENCE_MILLIS = 300_000
const SLOTS = 8

const log = Array.from({ length: SLOTS }, (_, n) => {
  const slot = SLOT - 86_400 * 9 + n * 900
  const markets = Array.from({ length: 5 }, (_, at) => stringsMarket({ ticker: `KX-${at}` }))
  return page(n, markets, 10, { slot, observedAt: timeText(slot + 1) })
})

const recorded = Effect.tap(folder, (dataDir) => Effect.provide(tell(...log), tablesIn(dataDir)))

const count = (dataDir: string, table: string) =>
  Number(rowsOf(dataDir, `SELECT count(*) AS n FROM ${table}`)[0]?.n)

describe("kalshi maintain", () => {
  it.scopedLive(
    "fills lake and archive beside a recorder, removes what they hold from SQLite, and replay agrees",
    () =>
      Effect.gen(function* () {
        const dataDir = yield* recorded
        const on = ["--data-dir", dataDir]
        const all = yield* Effect.scoped(
          Effect.zipRight(
            WriterLock.acquire(dataDir, "a recorder"),
            run("maintain", [...on, "--older-than", "0s", "--json"])
          )
        )
        assert.strictEqual(all.code, 0, all.stderr)
        const { steps } = JSON.parse(all.stdout)
        assert.deepStrictEqual(
          steps.map(({ failure, step }: { failure: null; step: string }) => [step, failure]),
          ["flush", "compact", "archive", "prune"].map((step) => [step, null])
        )
        assert.strictEqual(steps[0].report.seq, SLOTS)
        assert.strictEqual(steps[2].report.removed, SLOTS)
        assert.strictEqual(steps[3].report.tables[0].rows, SLOTS * 5)
        assert.strictEqual(count(dataDir, "price_rows"), 0)
        assert.strictEqual(count(dataDir, "observations"), 0)
        const verified = yield* run("replay", ["--verify", ...on])
        assert.strictEqual(verified.code, 0, verified.stderr)

        const { archive, hot, lake, maintenance } = JSON.parse(
          (yield* run("status", ["--json", ...on])).stdout
        )
        assert.strictEqual(lake.seq, SLOTS)
        assert.deepInclude(archive, { segments: 1, lastSeq: SLOTS })
        assert.deepInclude(hot, {
          table: "price_snapshots",
          from: timeText(SLOT - 86_400 * 9 + (SLOTS - 1) * 900 + 1)
        })
        assert.isTrue(maintenance.every(({ failure }: { failure: null }) => failure === null))

        const again = yield* run("maintain", on)
        assert.strictEqual(again.code, 0, again.stderr)
        assert.match(again.stdout, /^flush: 0 rows written; the lake has everything up to seq 8\n/)
        assert.match(again.stdout, /\narchive: nothing is old enough\nprice_snapshots: nothing to remove/)
      }),
    PATIENCE_MILLIS
  )

  it.scopedLive(
    "archives although the lake cannot be written, and removes no row that the lake does not hold",
    () =>
      Effect.gen(function* () {
        const dataDir = yield* recorded
        writeFileSync(join(dataDir, "lake"), "a file in the way")
        const failed = yield* run("maintain", ["--data-dir", dataDir])
        assert.strictEqual(failed.code, 1)
        assert.match(
          failed.stderr,
          /flush failed: .*lake.* compact failed: .*\(the lake has nothing of it yet\)/s
        )
        assert.match(failed.stdout, /^flush: failed\ncompact: failed\narchive: 1 segment/)
        assert.strictEqual(count(dataDir, "price_rows"), SLOTS * 5)
        assert.strictEqual(count(dataDir, "observations"), 0)

        const status = yield* run("status", ["--data-dir", dataDir])
        assert.match(status.stdout, /\nlake +nothing written yet\n/)
        assert.match(status.stdout, /\nmaintain +flush failed \S+Z: .*lake/)

        rmSync(join(dataDir, "lake"))
        const healed = yield* run("maintain", ["--data-dir", dataDir])
        assert.strictEqual(healed.code, 0, healed.stderr)
        assert.strictEqual(count(dataDir, "price_rows"), 0)
        assert.isAbove(readdirSync(join(dataDir, "lake", "price_snapshots")).length, 0)
      }),
    PATIENCE_MILLIS
  )

  it.scopedLive(
    "is refused beside another maintenance, and takes the steps that it is told",
    () =>
      Effect.gen(function* () {
        const dataDir = yield* recorded
        const on = ["--data-dir", dataDir]
        const refused = yield* Effect.scoped(
          Effect.zipRight(
            MaintenanceLock.acquire(dataDir, "a test"),
            run("maintain", [...on, "--steps", "flush"])
          )
        )
        assert.strictEqual(refused.code, 1)
        assert.match(refused.stderr, /flush failed: another maintenance works on \S+: a test \(process /)
        const flushed = yield* run("maintain", [...on, "--steps", "flush"])
        assert.strictEqual(flushed.code, 0, flushed.stderr)
        assert.isFalse(existsSync(join(dataDir, "archive")))
        const wrong = yield* run("maintain", [...on, "--steps", "vacuum"])
        assert.strictEqual(wrong.code, 2)
        const bare = yield* run("maintain", [...on, "--older-than", "2"])
        assert.match(bare.stderr, /^kalshi: --older-than 2: needs a unit: 2s, /)
      }),
    PATIENCE_MILLIS
  )
})
