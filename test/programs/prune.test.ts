/**
 * `prune` as users type it: a dry run by default, killed half way, and refusing rows that no export holds.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import * as Exporter from "../../src/layers/duckdb/export/Exporter.ts"
import { it } from "../clock/noon.ts"
import { stringsMarket } from "../domain/read/wire/bodies.ts"
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
    "refuses without an export and survives a kill, and replay agrees afterwards",
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
          /price_snapshots: removing [\d,]+ rows? in \d+ slots? from \S+Z until \S+Z\n/
        )
        assert.strictEqual(yield* slotsLeft(dataDir), 0)
        const verified = yield* run("replay", ["--verify", "--data-dir", dataDir])
        assert.strictEqual(verified.code, 0, verified.stderr)
        assert.strictEqual((yield* run("prune", ["--keep-prices", "soon"])).code, 2)
      }),
    PATIENCE_MILLIS
  )

  it.scopedLive(
    "checks the export before it removes a row, and the log can restore the rows",
    () =>
      Effect.gen(function* () {
        const dataDir = yield* folder
        yield* Effect.provide(tell(...log.slice(0, 6)), tablesIn(dataDir))
        const on = ["--data-dir", dataDir]
        yield* run("export-parquet", on)
        const pruned = yield* run("prune", [...on, "--keep-prices", "1s", "--apply"])
        assert.strictEqual(pruned.code, 0, pruned.stderr)
        assert.strictEqual(yield* slotsLeft(dataDir), 0)

        const below = join(dataDir, "exports", "price_snapshots")
        const [month = ""] = readdirSync(below)
        const path = join(below, month, "prices.parquet")
        const whole = readFileSync(path)
        const exporter = Exporter.make({ dataDir })
        const exporting = (tables?: ReadonlyArray<string>) =>
          exporter.exportParquet({
            output: join(dataDir, "exports"),
            ...(tables === undefined ? {} : { tables })
          })
        for (let n = 0; n < 16; n++) {
          const damaged = Buffer.from(whole)
          const at = Math.floor(((n + 0.5) / 16) * whole.length)
          damaged[at] = (damaged[at] ?? 0) ^ (1 << (n % 8))
          writeFileSync(path, damaged)
          for (const tables of [undefined, ["events"]]) {
            const { message } = yield* Effect.flip(exporting(tables))
            assert.match(message, /prices\.parquet is damaged.*kalshi replay --restore-pruned/, `byte ${at}`)
          }
          assert.deepStrictEqual(readFileSync(path), damaged, "nothing was put in its place")
        }

        const both = yield* run("replay", [...on, "--restore-pruned", "--verify"])
        assert.strictEqual(both.code, 2)
        const restored = yield* run("replay", [...on, "--restore-pruned"])
        assert.strictEqual(restored.code, 0, restored.stderr)
        assert.strictEqual(yield* slotsLeft(dataDir), 6)
        assert.strictEqual(yield* cutoffs(dataDir), 0)
        const again = yield* exporting()
        assert.strictEqual(again.tables.find(({ table }) => table === "price_snapshots")?.rows, 6 * 20)
        const verified = yield* run("replay", [...on, "--verify"])
        assert.strictEqual(verified.code, 0, verified.stderr)
        const replayed = yield* run("replay", on)
        assert.strictEqual(replayed.code, 0, replayed.stderr)
        assert.strictEqual(yield* slotsLeft(dataDir), 6, "and they stay")
      }),
    PATIENCE_MILLIS
  )
})
