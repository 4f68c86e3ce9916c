/** `prune` as it is typed: dry by default, killed half way, and refusing what no export holds. */
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { it } from "../clock/noon.ts"
import { stringsMarket } from "../domain/wire/bodies.ts"
import { page } from "../layers/projector/observations.ts"
import { tablesIn, tell } from "../layers/projector/support.ts"
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

const count = (dataDir: string, sql: string) =>
  Effect.sync(() => {
    const database = new Sqlite(join(dataDir, "kalshi.db"), { readonly: true })
    const counted = Number(database.prepare(sql).pluck().get())
    database.close()
    return counted
  })

const slotsLeft = (dataDir: string) => count(dataDir, "SELECT count(*) FROM price_slots")
const cutoffs = (dataDir: string) => count(dataDir, "SELECT count(*) FROM prune_cutoffs")

describe("kalshi prune", () => {
  it.scopedLive(
    "refuses without an export, survives a kill, and replay agrees",
    () =>
      Effect.gen(function* () {
        const dataDir = yield* folder
        yield* Effect.provide(tell(...log), tablesIn(dataDir))
        const args = ["--data-dir", dataDir, "--keep-prices", "1s"]

        const refused = yield* run("prune", [...args, "--apply"])
        assert.strictEqual(refused.code, 1, refused.stderr)
        assert.match(refused.stderr, /there is no price_snapshots .*export-parquet/)
        assert.strictEqual(yield* slotsLeft(dataDir), SLOTS)

        yield* run("export-parquet", ["--data-dir", dataDir])
        const dry = yield* run("prune", [...args, "--json"])
        assert.strictEqual(dry.code, 0, dry.stderr)
        assert.strictEqual(JSON.parse(dry.stdout).tables[0].slots, SLOTS)
        assert.strictEqual(yield* slotsLeft(dataDir), SLOTS)

        // 365 was once read as milliseconds.
        const bare = yield* run("prune", ["--data-dir", dataDir, "--keep-prices", "365", "--apply"])
        assert.strictEqual(bare.code, 2)
        assert.match(
          bare.stderr,
          /^kalshi: --keep-prices 365: needs a unit: 365s, 365m \(minutes\), .*365y\n$/
        )
        assert.strictEqual(yield* slotsLeft(dataDir), SLOTS)

        const killed = yield* start("prune", [...args, "--apply"])
        yield* cutoffs(dataDir).pipe(Effect.delay("5 millis"), Effect.repeat({ until: (n) => n > 3 }))
        yield* killed.kill("SIGKILL")
        yield* killed.ended
        const left = yield* slotsLeft(dataDir)
        assert.strictEqual(left, SLOTS - (yield* cutoffs(dataDir)))
        assert.strictEqual(yield* count(dataDir, "SELECT count(*) FROM price_snapshots"), left * 20)

        const resumed = yield* run("prune", [...args, "--apply", "--vacuum"])
        assert.strictEqual(resumed.code, 0, resumed.stderr)
        assert.match(
          resumed.stderr,
          /price_snapshots: removing [\d,]+ rows? in \d+ slots? from \S+Z on, before \S+Z\n/
        )
        assert.strictEqual(yield* slotsLeft(dataDir), 0)
        const verified = yield* run("replay", ["--verify", "--data-dir", dataDir])
        assert.strictEqual(verified.code, 0, verified.stderr)
        assert.strictEqual((yield* run("prune", ["--keep-prices", "soon"])).code, 2)
      }),
    PATIENCE_MILLIS
  )
})
