/** The demo as a newcomer runs it, and then the other programs on its recording. */

import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { feeds as allFeeds } from "../../src/domain/ask/feeds/all.ts"
import * as DuckAnalytics from "../../src/layers/duckdb/query/Analytics.ts"
import { clockEnvironment } from "../clock/child-clock.ts"
import { it } from "../clock/noon.ts"
import { cookbookQueries } from "../docs/cookbook.ts"
import { commandOf, type Ended, folder, run } from "./run.ts"

const feeds = allFeeds.filter(({ onDemand }) => onDemand !== true)

const PATIENCE_MILLIS = 300_000

const tampered = (dataDir: string, statement: string) =>
  Effect.sync(() => {
    const database = new Sqlite(join(dataDir, "kalshi.db"))
    database.exec(statement)
    database.close()
  })

/** The commands to type: lines after a dollar, and the lines that a quotation continues on. */
const commandsIn = (said: string): ReadonlyArray<string> =>
  [...said.matchAll(/^ {2}\$ (npx kalshi (?:[^"\n]|"[^"]*")*)$/gm)].map(([, command = ""]) => command)

/** The command as a shell runs it, with `npx kalshi` in its path. */
const typed = (command: string) =>
  Effect.map(clockEnvironment(), (clock) => {
    const kalshi = [process.execPath, ...commandOf("kalshi")].map((word) => `"${word}"`).join(" ")
    const { status, stderr, stdout } = spawnSync(
      "sh",
      ["-c", `npx() { shift; ${kalshi} "$@"; }\n${command}`],
      {
        encoding: "utf8",
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...clock }
      }
    )
    return { code: status, stderr, stdout }
  })

/**
 * The names of tables are those in the README, and no control sequence of a terminal is written to a pipe.
 */
const assertReadable = ({ stderr, stdout }: Ended) => {
  assert.notInclude(stdout + stderr, "\u001b")
  assert.notMatch(stdout + stderr, /historical_cutoff|market_absences|orderbooks |WARN|clock/)
  // A line with a path of this machine may be longer.
  for (const line of stdout.split("\n")) if (!line.includes("/")) assert.isAtMost(line.length, 80, line)
}

describe("the demo, and the programs on its recording", () => {
  it.scopedLive(
    "records, verifies, exports and queries; every program then works on its recording",
    () =>
      Effect.gen(function* () {
        const parent = yield* folder
        const dataDir = join(parent, "a demo's; folder")
        const on = (...args: ReadonlyArray<string>) => [...args, "--data-dir", dataDir]

        const demo = yield* run("demo", on("--hours", "1"))
        assert.strictEqual(demo.code, 0, demo.stderr)
        assertReadable(demo)
        const page = join(dataDir, "calibration.html")
        for (const said of ["Calibration of prices", page, "┤", "UTC", "npx kalshi collect --interval 15m"]) {
          assert.include(demo.stdout, said)
        }
        assert.match(readFileSync(page, "utf8"), /<svg [\s\S]* of [\d,]+ prices due/)
        // Four slots an hour for a feed of fifteen minutes, however busy this machine is.
        assert.match(demo.stdout, /price_snapshots +[23],\d{3} /)
        const commands = commandsIn(demo.stdout)
        assert.lengthOf(commands, 8)
        const here = commands.filter((command) => !command.includes(" collect "))
        assert.lengthOf(here, 7)
        const done = yield* Effect.forEach(here, typed, { concurrency: 2 })
        for (const [n, { code, stderr, stdout }] of done.entries()) {
          assert.strictEqual(code, 0, `${here[n]}: ${stderr}`)
          // A page is named on stderr.
          assert.notStrictEqual(stdout + stderr, "")
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
        assert.strictEqual(report.priceSlots, 4)
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

        // The queries of the cookbook have answers. These may be empty after an hour: no combo has a price, no hour has
        // both candles and trades, no market's terms changed, and none closed early.
        const mayBeEmpty = new Set(["combos", "candles-and-trades", "terms-changed", "early-closes"])
        const { results } = yield* DuckAnalytics.make({ dataDir }).queryAll({
          sqls: [...cookbookQueries.values()]
        })
        for (const [n, name] of [...cookbookQueries.keys()].entries())
          if (!mayBeEmpty.has(name)) assert.isNotEmpty(results[n]?.rows, name)

        // A cell that was changed by hand is detected, and replay repairs it.
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

        // Tables of another version are rebuilt before anything is recorded.
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
    "says what is missing, and leaves files of others alone",
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
