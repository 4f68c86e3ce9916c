/** A recorder of a new version that finds outdated tables: it records from the first second, and rebuilds beside. */
import { existsSync, readdirSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { slotSeconds } from "../../src/domain/units/time.ts"
import { rebuildPath } from "../../src/layers/files/data-dir.ts"
import { rowsOf } from "../layers/projector/support.ts"
import { raw } from "../layers/sqlite/support.ts"
import { folder, run, start } from "./run.ts"

const PATIENCE_MILLIS = 300_000

const exchange = Effect.gen(function* () {
  const started = yield* start("exchange", ["--port", "0", "--markets", "600"])
  return yield* started.says(/http:\/\/[\d.]+:\d+[\w/-]*/)
})

const OLD = "of an earlier version"

/** Makes the tables those of an earlier version. */
const age = (dataDir: string) =>
  raw(dataDir, (database) => {
    database.exec("UPDATE projection_checkpoints SET version = 0 WHERE projection = 'markets'")
    database.exec(`UPDATE market_rows SET title = '${OLD}'`)
  })

const titles = (dataDir: string) =>
  rowsOf(dataDir, `SELECT count(*) AS n FROM market_rows WHERE title = '${OLD}'`)[0]?.n

const leftovers = (dataDir: string) => readdirSync(dataDir).filter((name) => name.startsWith(".kalshi-"))

describe("a recorder with outdated tables", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive(
    "records from the first second, says how far the rebuild is, and begins again after a kill",
    () =>
      Effect.gen(function* () {
        const [url, dataDir] = [yield* exchange, yield* folder]
        const asking = ["--data-dir", dataDir, "--api-url", url, "--read-tokens-per-second", "100000"]
        const feeds = ["--feeds", "markets,orderbooks", "--interval", "1s"]
        const first = yield* run("collect", ["--once", "--feeds", "markets,events", ...asking])
        assert.strictEqual(first.code, 0, first.stderr)
        age(dataDir)
        const old = titles(dataDir)
        assert.isAbove(Number(old), 300)

        const killed = yield* start("collect", [...feeds, ...asking])
        yield* killed.says(/have changed since the tables were built/)
        yield* Effect.repeat(Effect.sleep("5 millis"), { until: () => existsSync(rebuildPath(dataDir)) })
        const during = yield* run("status", ["--data-dir", dataDir, "--json"])
        const { rebuild } = JSON.parse(during.stdout)
        if (rebuild !== null) assert.include(["reading", "copying"], rebuild.phase)
        yield* killed.kill("SIGKILL")
        yield* killed.ended
        assert.isNull(JSON.parse((yield* run("status", ["--data-dir", dataDir, "--json"])).stdout).rebuild)

        age(dataDir)
        const recorder = yield* start("collect", [...feeds, ...asking])
        yield* recorder.says(/markets: complete/)
        yield* recorder.says(/the tables are rebuilt, in/)
        yield* recorder.says(/follow the log again[\s\S]*markets: complete/)
        yield* recorder.kill("SIGTERM")
        const { code, stderr } = yield* recorder.ended
        assert.strictEqual(code, 0, stderr)
        assert.notMatch(stderr, /could not be rebuilt|stay behind/)
        assert.strictEqual(titles(dataDir), 0)
        assert.isFalse(existsSync(rebuildPath(dataDir)))
        assert.deepStrictEqual(leftovers(dataDir), [])
        const verified = yield* run("replay", ["--verify", "--data-dir", dataDir])
        assert.strictEqual(verified.code, 0, verified.stderr)

        const slots = rowsOf(
          dataDir,
          "SELECT slot FROM collection_runs WHERE feed = 'markets' AND interval IS NOT NULL AND status <> 'missed' ORDER BY slot DESC LIMIT 3"
        ).map(({ slot }) => slotSeconds(String(slot)))
        slots.forEach((slot, n) => {
          assert.strictEqual(slot, (slots[0] ?? 0) - n, "no slot is lost")
        })
      })
  )

  it.scopedLive("and one that ends by itself record first, and end with tables that are up to date", () =>
    Effect.gen(function* () {
      const [url, dataDir] = [yield* exchange, yield* folder]
      const asking = ["--data-dir", dataDir, "--api-url", url, "--read-tokens-per-second", "100000"]
      const once = ["--once", "--feeds", "markets", ...asking]
      assert.strictEqual((yield* run("collect", once)).code, 0)
      const complete = () =>
        rowsOf(dataDir, "SELECT count(*) AS n FROM collection_runs WHERE status = 'complete'")[0]?.n
      for (const [program, args, slots] of [
        ["collect", once, 2],
        ["sync-markets", asking, 3]
      ] as const) {
        age(dataDir)
        const started = yield* start(program, args)
        yield* started.says(/have changed since the tables were built: rebuilding/)
        assert.strictEqual(complete(), slots, `${program} has recorded its slot when it begins to rebuild`)
        const { code, stderr } = yield* started.ended
        assert.strictEqual(code, 0, stderr)
        assert.strictEqual(titles(dataDir), 0, program)
      }
      assert.strictEqual((yield* run("replay", ["--verify", "--data-dir", dataDir])).code, 0)

      // A log that cannot be read does not keep anything from being recorded, and ends the program with its name.
      age(dataDir)
      raw(dataDir, (database) => {
        database.exec("DROP TRIGGER observations_no_update")
        database.exec("UPDATE observations SET body = x'00' WHERE seq = 1")
      })
      const last = yield* run("collect", once)
      assert.strictEqual(last.code, 1)
      assert.match(last.stderr, /the log is damaged at seq 1/)
      assert.strictEqual(complete(), 4)
      const backfill = yield* run("backfill", ["--series", "KXBTC", ...asking])
      assert.strictEqual(backfill.code, 1)
      assert.match(backfill.stderr, /the log is damaged at seq 1/)
      assert.deepStrictEqual(
        rowsOf(dataDir, "SELECT status FROM backfills").map(({ status }) => status),
        ["waiting"]
      )
    })
  )
})
