/** `prune` as users type it: refusing rows that no lake holds, killed half way, and beside a recorder. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import * as WriterLock from "../../src/layers/sqlite/database/WriterLock.ts"
import { it } from "../clock/noon.ts"
import { stringsMarket } from "../domain/read/wire/bodies.ts"
import { page } from "../layers/projector/observations.ts"
import { rowsOf, tablesIn, tell } from "../layers/projector/support.ts"
import { flush } from "../layers/prune/support.ts"
import { SLOT } from "../layers/sqlite/support.ts"
import { folder, run, start } from "./run.ts"

const PATIENCE_MILLIS = 300_000
const SLOTS = 120

const log = Array.from({ length: SLOTS }, (_, n) =>
  page(
    n,
    Array.from({ length: 20 }, (_, at) => stringsMarket({ ticker: `KX-${at}` })),
    10,
    { slot: SLOT - 86_400 * 3 + n * 60 }
  )
)

const count = (dataDir: string, sql: string) => Number(rowsOf(dataDir, `SELECT (${sql}) AS n`)[0]?.n)

const slotsLeft = (dataDir: string) => count(dataDir, "SELECT count(*) FROM price_slots")

describe("kalshi prune", () => {
  it.scopedLive(
    "refuses without a lake, works beside a recorder and survives a kill, and replay agrees afterwards",
    () =>
      Effect.gen(function* () {
        const dataDir = yield* folder
        yield* Effect.provide(tell(...log), tablesIn(dataDir))
        const on = ["--data-dir", dataDir]
        const young = yield* run("prune", on)
        assert.strictEqual(young.code, 0, young.stderr)
        assert.match(young.stdout, /price_snapshots: nothing to remove before /)

        const refused = yield* run("prune", [...on, "--keep-hot", "1d"])
        assert.strictEqual(refused.code, 1, refused.stderr)
        assert.match(
          refused.stderr,
          /price_snapshots from \S+ on \(the lake has nothing of it yet\).*kalshi maintain/
        )
        assert.strictEqual(slotsLeft(dataDir), SLOTS)

        yield* flush(dataDir)
        yield* WriterLock.acquire(dataDir, "a recorder")
        const removed = Effect.sync(() => count(dataDir, "SELECT coalesce(sum(rows), 0) FROM hot_cutoffs"))
        const killed = yield* start("prune", [...on, "--keep-hot", "1d"])
        yield* removed.pipe(Effect.delay("5 millis"), Effect.repeat({ until: (rows) => rows > 60 }))
        yield* killed.kill("SIGKILL")
        yield* killed.ended
        assert.isAbove(slotsLeft(dataDir), 0)
        assert.strictEqual(count(dataDir, "SELECT count(*) FROM price_rows"), SLOTS * 20 - (yield* removed))
        const verified = yield* run("replay", ["--verify", ...on])
        assert.strictEqual(verified.code, 0, verified.stderr)

        const resumed = yield* run("prune", [...on, "--keep-hot", "1d", "--json"])
        assert.strictEqual(resumed.code, 0, resumed.stderr)
        assert.isAbove(JSON.parse(resumed.stdout).tables[0].rows, 0)
        assert.strictEqual(slotsLeft(dataDir), 0)
        const again = yield* run("replay", ["--verify", ...on])
        assert.strictEqual(again.code, 0, again.stderr)

        // 365 was once read as milliseconds.
        const bare = yield* run("prune", [...on, "--keep-hot", "365"])
        assert.strictEqual(bare.code, 2)
        assert.match(bare.stderr, /^kalshi: --keep-hot 365: needs a unit: 365s, 365m \(minutes\), .*365y\n$/)
      }),
    PATIENCE_MILLIS
  )
})
