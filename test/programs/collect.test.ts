/** `collect` as users run it: its exit code, its output, and the files that it leaves. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { feeds as allFeeds } from "../../src/domain/ask/feeds/all.ts"
import type { LocalExchange } from "../../src/simulator/http/server.ts"
import { it } from "../clock/noon.ts"
import { exchange, faults } from "../simulator/support.ts"
import { type Ended, folder, run, start } from "./run.ts"

const MESSAGE_BYTES_MAX = 4096

/** Processes share two cores with each other and with the exchange. */
const feeds = allFeeds.filter(({ onDemand }) => onDemand !== true)

const PATIENCE_MILLIS = 300_000

/** The command line for a folder and an exchange; the budget never delays it. */
const on = (dataDir: string, { url }: Pick<LocalExchange, "url">, ...more: ReadonlyArray<string>) => [
  ...["--data-dir", dataDir, "--api-url", url, "--read-tokens-per-second", "10000"],
  ...more
]

const rows = <A>(dataDir: string, sql: string): ReadonlyArray<A> => {
  const database = new Sqlite(join(dataDir, "kalshi.db"), { readonly: true })
  try {
    return database.prepare<[], A>(sql).all()
  } finally {
    database.close()
  }
}

interface Ran {
  readonly feed: string
  readonly slot: string
  readonly status: string
  readonly reason: string | null
}

const ran = (dataDir: string) =>
  rows<Ran>(dataDir, "SELECT feed, slot, status, reason FROM collection_runs ORDER BY slot, feed")

/** Asserts a failure with a helpful message: short, without a stack trace. */
const assertPlainWords = ({ stderr }: Ended) => {
  assert.isBelow(Buffer.byteLength(stderr), MESSAGE_BYTES_MAX)
  assert.notMatch(stderr, /^\s+at |node_modules|\[object|undefined/m)
}

/** Asserts that the tables follow from the log, and that the log is intact. */
const assertSound = (dataDir: string) =>
  Effect.gen(function* () {
    const chain = yield* run("log", ["verify", "--data-dir", dataDir])
    assert.strictEqual(chain.code, 0, chain.stderr)
    const replay = yield* run("replay", ["--verify", "--data-dir", dataDir])
    assert.strictEqual(replay.code, 0, replay.stderr)
  })

/** The tickers of all open markets on an exchange whose time stands still, without combos. */
const universeOf = (x: LocalExchange) =>
  Effect.map(x.now, (now) =>
    x.universe
      .openAt(now)
      .flatMap(({ combo, ticker }) => (combo ? [] : [ticker]))
      .sort()
  )

const pricedIn = (dataDir: string) =>
  rows<{ ticker: string }>(dataDir, "SELECT ticker FROM price_snapshots ORDER BY ticker").map(
    ({ ticker }) => ticker
  )

describe("collect --once", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("takes one slot each time, prints one JSON document, and logs to stderr", () =>
    Effect.gen(function* () {
      const [x, dataDir] = [yield* exchange(), yield* folder]
      const universe = yield* universeOf(x)
      for (const _ of ["first", "second"]) {
        const ended = yield* run("collect", on(dataDir, x, "--once", "--json"))
        assert.strictEqual(ended.code, 0, ended.stderr)
        const said: ReadonlyArray<Ran> = JSON.parse(ended.stdout).feeds
        assert.deepStrictEqual(
          said.map(({ feed, status }) => `${feed} ${status}`),
          feeds.map(({ name }) => `${name} complete`)
        )
        assert.strictEqual(new Set(said.map(({ slot }) => slot)).size, 1)
      }
      const runs = ran(dataDir)
      assert.strictEqual(runs.length, 2 * feeds.length)
      assert.strictEqual(new Set(runs.map(({ slot }) => slot)).size, 2)
      const slots = rows<{ n: number }>(
        dataDir,
        "SELECT count(*) AS n FROM price_snapshots GROUP BY snapshot_time"
      )
      assert.deepStrictEqual(
        slots.map(({ n }) => n),
        [universe.length, universe.length]
      )
    })
  )

  it.scopedLive("with one refused feed commits the others, and exits 1 with one clear message", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ faults: yield* faults("html403@/events$") })
      const dataDir = yield* folder
      const ended = yield* run("collect", on(dataDir, x, "--once", "--json"))
      assert.strictEqual(ended.code, 1)
      assertPlainWords(ended)
      assert.strictEqual(JSON.parse(ended.stdout).feeds.length, feeds.length)
      const told = ended.stderr.split("\n").filter((line) => /403/.test(line))
      assert.strictEqual(told.length, 1, ended.stderr)
      assert.match(told[0] ?? "", /events.*answered 403 to \/events.*retry will not help/)
      assert.deepStrictEqual(
        ran(dataDir).flatMap(({ feed, status }) => (status === "complete" ? [] : [feed])),
        ["events"]
      )
      assert.deepStrictEqual(pricedIn(dataDir), yield* universeOf(x))
    })
  )
})

/** These tests wait more than they compute. */
describe.concurrent("collect --once, with faults", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("records every open market once in spite of many faults", () =>
    Effect.gen(function* () {
      const storm = "429:every=7,burst=2;500:every=5;reset:every=9;truncate:every=11;cut:every=13"
      const x = yield* exchange({ markets: 2500, faults: yield* faults(storm) })
      const dataDir = yield* folder
      const ended = yield* run("collect", on(dataDir, x, "--once", "--feeds", "markets,events,settlements"))
      assert.strictEqual(ended.code, 0, ended.stderr)
      assert.isTrue(ran(dataDir).every(({ status }) => status === "complete"))
      const universe = yield* universeOf(x)
      assert.isAtLeast(universe.length, 2400)
      assert.deepStrictEqual(pricedIn(dataDir), universe)
      const hit = new Set((yield* x.requests).flatMap(({ fault }) => fault ?? []))
      assert.isAtLeast(hit.size, 3)
      yield* assertSound(dataDir)
    })
  )

  it.scopedLive("without an exchange gives up within 30 s, exits 1, and the slot is failed", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ faults: yield* faults("down") })
      const dataDir = yield* folder
      const ended = yield* run("collect", on(dataDir, x, "--once"))
      assert.strictEqual(ended.code, 1)
      // On an idle machine the whole takes well below 30 s; on a busy one the start takes longer.
      assert.isBelow(ended.millis, 60_000)
      assertPlainWords(ended)
      assert.match(ended.stderr, /does not answer .*Check the network and --api-url/)
      const runs = ran(dataDir)
      assert.strictEqual(runs.length, feeds.length)
      const [tried] = rows<{ seconds: number }>(
        dataDir,
        "SELECT max(unixepoch(finished_at) - unixepoch(started_at)) AS seconds FROM collection_runs"
      )
      assert.isAtMost(tried?.seconds ?? Number.NaN, 25)
      assert.isTrue(
        runs.every(
          ({ reason, status }) =>
            status === "failed" && /does not answer|none is known yet/.test(reason ?? "")
        )
      )
      assert.deepStrictEqual(pricedIn(dataDir), [])
    })
  )
})

describe("collect with wrong arguments", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("exits 2, names the wrong argument, and records nothing", () =>
    Effect.gen(function* () {
      const dataDir = join(yield* folder, "new")
      const nonsense = [
        [
          ["--feeds", "markets,weather"],
          /--feeds markets,weather: there is no feed weather; take some of markets,/
        ],
        [["--feeds", ""], /--feeds "": must name at least one feed/],
        [["--books", ","], /--books ,: must be traded, open, or tickers/],
        [["--candles", ""], /--candles "": must name at least one period/],
        [["--since", "2024/11/01"], /--since 2024\/11\/01: must be a time such as .* or an age/],
        [["--interval", "soon"], /--interval soon: must be a length of time/],
        [["--interval", "500ms"], /--interval 500ms: must be a length of time/],
        [["--api-url", "kalshi"], /--api-url kalshi: must be an http\(s\) URL/],
        [["--read-tokens-per-second", "9"], /--read-tokens-per-second 9: must be an integer, at least 10/]
      ] as const
      const tried = yield* Effect.forEach(
        nonsense,
        ([args]) => run("collect", ["--once", "--data-dir", dataDir, ...args]),
        { concurrency: 2 }
      )
      nonsense.forEach(([args, words], n) => {
        const ended = tried[n]
        assert.deepInclude(ended, { code: 2 }, args.join(" "))
        if (ended === undefined) return
        assertPlainWords(ended)
        assert.match(ended.stdout + ended.stderr, words)
      })
      assert.isFalse(existsSync(dataDir))
    })
  )
})

describe("collect, slot after slot", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive(
    "ends within 5 s of a SIGTERM in the middle of a slot, with everything committed and intact",
    () =>
      Effect.gen(function* () {
        // The second page of the second slot never arrives; all others are quick.
        const x = yield* exchange({ markets: 2500, faults: yield* faults("slow@/markets:ms=60000,from=6") })
        const dataDir = yield* folder
        const collecting = yield* start(
          "collect",
          on(dataDir, x, "--interval", "5s", "--feeds", "markets,events")
        )
        while ((yield* x.requests).filter(({ fault }) => fault !== undefined).length === 0) {
          yield* Effect.sleep("50 millis")
        }

        const second = yield* run("collect", on(dataDir, x, "--once"))
        assert.strictEqual(second.code, 1)
        assert.include(second.stderr, `is being written by collect (process ${collecting.pid} `)
        assertPlainWords(second)

        const askedAt = performance.now()
        yield* collecting.kill("SIGTERM")
        const ended = yield* collecting.ended
        assert.strictEqual(ended.code, 0, ended.stderr)
        // The time that a whole program took just before measures how slow this machine is.
        assert.isBelow(performance.now() - askedAt, 5000 + second.millis)

        const runs = ran(dataDir).filter(({ feed }) => feed === "markets")
        assert.deepInclude(
          runs.find(({ status }) => status === "failed"),
          { reason: "interrupted" }
        )
        assert.isTrue(runs.some(({ status }) => status === "complete"))
        assert.deepStrictEqual(
          ran(dataDir).filter(({ status }) => status === "running"),
          []
        )
        yield* assertSound(dataDir)
      })
  )

  it.scopedLive(
    "continues to record when its tables cannot be written, and exits 1 when the log cannot",
    () =>
      Effect.gen(function* () {
        const [x, dataDir] = [yield* exchange(), yield* folder]
        const collecting = yield* start("collect", on(dataDir, x, "--interval", "1s", "--feeds", "markets"))
        yield* collecting.says(/markets: complete/)
        const saboteur = new Sqlite(join(dataDir, "kalshi.db"), { timeout: 5000 })
        saboteur.exec("DROP TABLE price_rows")
        yield* collecting.says(/the tables stay behind, and recording goes on: .*no such table: price_rows/)
        yield* collecting.says(/markets: complete/)
        saboteur.exec("DROP TABLE collection_runs")
        saboteur.close()
        const ended = yield* Effect.timeout(collecting.ended, "2 minutes")
        assert.strictEqual(ended.code, 1, ended.stderr)
        assert.match(ended.stderr, /^kalshi: .* failed: no such table: .*collection_runs$/m)
        assert.notMatch(ended.stderr, /^\s+at /m)
      })
  )

  it.scopedLive("records one exchange in a folder, and another only if that is allowed explicitly", () =>
    Effect.gen(function* () {
      const [x, dataDir] = [yield* exchange({ markets: 50 }), yield* folder]
      const other = { url: x.url.replace("127.0.0.1", "localhost") }
      const once = ["--once", "--feeds", "events"]
      assert.strictEqual((yield* run("collect", on(dataDir, x, ...once))).code, 0)
      const refused = yield* run("collect", on(dataDir, other, ...once))
      assert.strictEqual(refused.code, 1)
      assert.match(
        refused.stderr,
        /records http:\/\/127\.0\.0\.1.*not http:\/\/localhost.*--allow-other-exchange/
      )
      assertPlainWords(refused)
      assert.strictEqual(ran(dataDir).length, 1)
      const allowed = yield* run("collect", on(dataDir, other, ...once, "--allow-other-exchange"))
      assert.strictEqual(allowed.code, 0, allowed.stderr)
    })
  )
})
