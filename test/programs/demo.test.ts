/** The demo as a newcomer runs it, and then the other programs on what it has recorded. */

import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { feeds as allFeeds } from "../../src/domain/feeds/all.ts"
import { it } from "../clock/noon.ts"
import { folder, run } from "./run.ts"

const feeds = allFeeds.filter(({ onDemand }) => onDemand !== true)

const PATIENCE_MILLIS = 300_000

const tampered = (dataDir: string, statement: string) =>
  Effect.sync(() => {
    const database = new Sqlite(join(dataDir, "kalshi.db"))
    database.exec(statement)
    database.close()
  })

describe("the demo, and the programs on its recording", () => {
  it.scopedLive(
    "records, proves, exports and queries; every program answers from it",
    () =>
      Effect.gen(function* () {
        const parent = yield* folder
        const dataDir = join(parent, "a demo's; folder")
        const on = (...args: ReadonlyArray<string>) => [...args, "--data-dir", dataDir]

        const demo = yield* run("demo", on("--hours", "2"))
        assert.strictEqual(demo.code, 0, demo.stderr)
        for (const said of [
          "$ kalshi collect",
          "$ kalshi replay --verify",
          "Brier score",
          "┤",
          "npm run collect"
        ]) {
          assert.include(demo.stdout, said)
        }

        const [status, verified, chain, bytes, counted, named, refused, exported] = yield* Effect.all(
          [
            run("status", on("--json")),
            run("replay", on("--verify", "--json")),
            run("kalshi", ["log", "verify", "--data-dir", dataDir]),
            run("kalshi", ["data", "log", "show", "1", "--body", "--data-dir", dataDir]),
            run(
              "query",
              on(
                "--json",
                "SELECT count(*) AS n, count(DISTINCT snapshot_time) AS slots FROM price_snapshots"
              )
            ),
            run("query", on("SELECT * FROM nowhere")),
            run("query", on("DROP TABLE markets")),
            run("export-csv", on("--json", "--output", join(parent, "out; 'put")))
          ],
          { concurrency: 2 }
        )
        assert.strictEqual(status.code, 0, status.stderr)
        const report: { priceSlots: number; feeds: ReadonlyArray<{ feed: string; complete: number }> } =
          JSON.parse(status.stdout)
        // Fifteen minutes last a second and a half there: a busy machine skips some of the eight.
        assert.isAtLeast(report.priceSlots, 2)
        assert.sameMembers(
          report.feeds.map(({ feed }) => feed),
          feeds.map(({ name }) => name)
        )

        assert.strictEqual(verified.code, 0, verified.stderr)
        assert.isTrue(JSON.parse(verified.stdout).verified)
        assert.strictEqual(chain.code, 0, chain.stderr)
        assert.isObject(JSON.parse(bytes.stdout), "whichever feed was answered first")
        assert.deepInclude(JSON.parse(counted.stdout)[0], { slots: report.priceSlots })
        assert.strictEqual(named.code, 1)
        assert.match(named.stderr, /nowhere does not exist/)
        assert.strictEqual(refused.code, 1)
        assert.strictEqual(exported.code, 0, exported.stderr)
        assert.match(
          readFileSync(join(parent, "out; 'put", "settlements.csv"), "utf8"),
          /^ticker,event_ticker,/
        )

        // A cell that was changed by hand is found; replay puts it right.
        yield* tampered(
          dataDir,
          "UPDATE settlement_rows SET yes_payout = 41.5 WHERE market = (SELECT min(market) FROM settlement_rows)"
        )
        const differs = yield* run("replay", on("--verify"))
        assert.strictEqual(differs.code, 1)
        assert.match(differs.stderr, /settlements differs/)
        const rebuilt = yield* run("replay", on())
        assert.strictEqual(rebuilt.code, 0, rebuilt.stderr)
        const again = yield* run("replay", on("--verify"))
        assert.strictEqual(again.code, 0, again.stderr)

        // Tables of another version are rebuilt before anything is recorded on top of them.
        yield* tampered(dataDir, "UPDATE projection_checkpoints SET version = 0 WHERE projection = 'markets'")
        const told = yield* run("status", on())
        assert.match(told.stderr, /markets have changed since the tables were built\. Run `kalshi replay`/)
        const incomparable = yield* run("replay", on("--verify"))
        assert.strictEqual(incomparable.code, 1)
        assert.match(incomparable.stderr, /markets have changed since/)
        const started = yield* run("init", on())
        assert.match(started.stderr, /markets have changed since the tables were built: rebuilding/)
        assert.notMatch((yield* run("status", on())).stderr, /changed/)
      }),
    PATIENCE_MILLIS
  )

  it.scopedLive(
    "says what is missing, and leaves what is not its own",
    () =>
      Effect.gen(function* () {
        const parent = yield* folder
        const nothing = yield* run("status", ["--data-dir", join(parent, "nothing")])
        assert.strictEqual(nothing.code, 1)
        assert.match(nothing.stderr, /holds no kalshi.db yet. Run `kalshi init`/)
        assert.isFalse(existsSync(join(parent, "nothing")))

        writeFileSync(join(parent, "thesis.tex"), "three years")
        const demo = yield* run("demo", ["--data-dir", parent], { fromSource: true })
        assert.strictEqual(demo.code, 2)
        assert.strictEqual(readFileSync(join(parent, "thesis.tex"), "utf8"), "three years")

        const unknown = yield* run("kalshi", ["recrod"])
        assert.strictEqual(unknown.code, 2)
      }),
    PATIENCE_MILLIS
  )
})
