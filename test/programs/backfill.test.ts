/** `backfill` as users run it, alone and beside a recorder that takes it over. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import type { LocalExchange } from "../../src/simulator/http/server.ts"
import { it } from "../clock/noon.ts"
import { exchange, faults, NOON } from "../simulator/support.ts"
import { folder, run, start } from "./run.ts"

const PATIENCE_MILLIS = 300_000

const on = (dataDir: string, { url }: Pick<LocalExchange, "url">, ...more: ReadonlyArray<string>) => [
  ...["--data-dir", dataDir, "--api-url", url],
  ...more
]
const FAST = ["--read-tokens-per-second", "10000"]

const rows = <A>(dataDir: string, sql: string): ReadonlyArray<A> => {
  if (!existsSync(join(dataDir, "kalshi.db"))) return []
  const database = new Sqlite(join(dataDir, "kalshi.db"), { readonly: true })
  try {
    return database.prepare<[], A>(sql).all()
  } finally {
    database.close()
  }
}

interface Job {
  readonly spec: string
  readonly status: string
  readonly started_at: string | null
  readonly finished_at: string | null
  readonly pages: number
}

const jobs = (dataDir: string) =>
  rows<Job>(dataDir, "SELECT spec, status, started_at, finished_at, pages FROM backfills ORDER BY slot")

/** A program that has just started may not have created its tables yet. */
const until = (holds: () => boolean) =>
  Effect.repeat(Effect.sleep("50 millis"), {
    until: () => Effect.orElseSucceed(Effect.try(holds), () => false)
  })

describe.concurrent("backfill beside a recorder", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive(
    "is taken over, one after the other; a failed one ends nothing; prices stay on their boundaries",
    () =>
      Effect.gen(function* () {
        // The exchange's time stands still for the requested past; the budget is small on both sides.
        const x = yield* exchange({
          markets: 60,
          readTokensPerSecond: 400
        })
        const dataDir = yield* folder
        const budget = ["--read-tokens-per-second", "300"]
        const collecting = yield* start(
          "collect",
          on(dataDir, x, "--interval", "2s", "--feeds", "markets", ...budget)
        )
        yield* collecting.says(/markets: complete/)

        const [one, two] = yield* Effect.all(
          [
            run(
              "backfill",
              on(dataDir, x, "--json", ...budget, "--series", "KXBTC", "--kinds", "markets,trades")
            ),
            Effect.delay(
              run(
                "backfill",
                on(dataDir, x, "--json", ...budget, "--series", "KXBTCD", "--kinds", "markets,trades")
              ),
              "500 millis"
            )
          ],
          { concurrency: 2 }
        )
        assert.strictEqual(one.code, 0, one.stderr)
        assert.strictEqual(two.code, 0, two.stderr)
        assert.match(one.stderr, /collect \(process \d+.*takes the backfill over/)
        assert.strictEqual(JSON.parse(one.stdout).status, "complete")

        const [first, second] = jobs(dataDir)
        assert.isAtLeast(Math.max(first?.pages ?? 0, second?.pages ?? 0), 200)
        assert.isTrue((first?.finished_at ?? "~") <= (second?.started_at ?? ""), "one after the other")

        yield* x.setFaults(yield* faults("403@/historical/cutoff"))
        const failed = yield* run("backfill", on(dataDir, x, ...budget, "--series", "KXINX"))
        assert.strictEqual(failed.code, 1)
        assert.match(failed.stderr, /403/)
        assert.notMatch(failed.stderr, /^\s+at /m)
        const before = rows<{ n: number }>(dataDir, "SELECT count(*) AS n FROM collection_runs")[0]?.n ?? 0
        yield* until(
          () =>
            (rows<{ n: number }>(dataDir, "SELECT count(*) AS n FROM collection_runs")[0]?.n ?? 0) > before
        )

        yield* collecting.kill("SIGTERM")
        const ended = yield* collecting.ended
        assert.strictEqual(ended.code, 0, ended.stderr)

        const slots = rows<{ slot: string; status: string; late: number | null }>(
          dataDir,
          `SELECT slot, status, (julianday(started_at) - julianday(slot)) * 86400 AS late
           FROM collection_runs WHERE feed = 'markets' ORDER BY slot`
        ).slice(1, -1)
        assert.isAbove(slots.length, 4)
        const lates = slots.flatMap(({ late }) => late ?? []).sort((a, b) => a - b)
        assert.isBelow(lates[lates.length >> 1] ?? Number.NaN, 0.5)
        // If other programs keep the cores busy, a slot may take longer than two seconds, and the next one is
        // skipped.
        const skipped = slots.filter(({ status }) => status === "skipped")
        assert.isAtMost(skipped.length, slots.length / 3)
        slots.forEach(({ slot, status }, n) => {
          assert.include(["complete", "skipped"], status, slot)
          const previous = slots[n - 1]
          if (previous !== undefined)
            assert.strictEqual(Date.parse(slot) - Date.parse(previous.slot), 2000, "none skipped")
        })
        const seen = yield* x.requests
        assert.isBelow(seen.filter(({ status }) => status === 429).length, seen.length / 100)
        assert.deepStrictEqual(
          seen.filter(({ status }) => status === 400),
          []
        )
      })
  )

  it.scopedLive("waits when the recorder is stopped, and continues with the next one", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 60, faults: yield* faults("hang@/historical/markets/:from=4") })
      const dataDir = yield* folder
      const recorder = () =>
        start("collect", on(dataDir, x, "--interval", "1h", "--feeds", "markets", ...FAST))
      const collecting = yield* recorder()
      yield* collecting.says(/markets: complete/)
      const asking = yield* start(
        "backfill",
        on(dataDir, x, "--json", ...FAST, "--series", "KXBTCD", "--kinds", "markets,candlesticks")
      )
      yield* Effect.repeat(Effect.delay(x.requests, "50 millis"), {
        until: (seen) => seen.some(({ fault }) => fault !== undefined)
      })
      yield* collecting.kill("SIGTERM")
      assert.strictEqual((yield* collecting.ended).code, 0)
      const [stopped] = jobs(dataDir)
      assert.strictEqual(stopped?.status, "waiting")

      yield* x.setFaults([])
      const again = yield* recorder()
      const ended = yield* asking.ended
      assert.strictEqual(ended.code, 0, ended.stderr)
      assert.strictEqual(jobs(dataDir).length, 1)
      assert.strictEqual(jobs(dataDir)[0]?.status, "complete")
      yield* again.kill("SIGTERM")
      yield* again.ended
      const doubled = rows(
        dataDir,
        `SELECT request, page, count(*) FROM observations
         WHERE feed = 'backfill' AND request <> '/historical/cutoff' GROUP BY request, page HAVING count(*) > 1`
      )
      assert.deepStrictEqual(doubled, [])
      const replayed = yield* run("replay", ["--verify", "--data-dir", dataDir])
      assert.strictEqual(replayed.code, 0, replayed.stderr)
    })
  )
})

describe("backfill on its own", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("resumes its earlier request when it is stopped and run again with an age", () =>
    Effect.gen(function* () {
      const x = yield* exchange({
        markets: 60,
        startsAt: NOON,
        faults: yield* faults("hang@/markets/trades:from=4")
      })
      const dataDir = yield* folder
      const words = on(dataDir, x, "--json", ...FAST, "--from", "9d", "--kinds", "trades")
      const first = yield* start("backfill", words)
      yield* until(() => (jobs(dataDir)[0]?.pages ?? 0) >= 4)
      yield* first.kill("SIGTERM")
      assert.strictEqual((yield* first.ended).code, 143, "not done, but with everything committed")
      assert.strictEqual(jobs(dataDir)[0]?.status, "waiting")

      yield* x.setFaults(yield* faults("403@/markets/trades:from=3"))
      const second = yield* run("backfill", words)
      assert.strictEqual(second.code, 1, second.stderr)
      assert.match(second.stderr, /403/)
      assert.strictEqual(jobs(dataDir).length, 1, "the same words are the same backfill")
      const pages = rows<{ page: number; status: number }>(
        dataDir,
        "SELECT page, status FROM observations WHERE endpoint = 'GET /markets/trades' ORDER BY seq"
      )
      assert.deepStrictEqual(
        pages.map(({ page, status }) => `${page} ${status}`),
        ["0 200", "1 200", "2 200", "3 200", "4 200", "5 403"]
      )
    })
  )

  it.scopedLive("with wrong arguments exits 2, makes no request and records nothing", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 20 })
      const dataDir = join(yield* folder, "new")
      const nonsense = [
        [[], /give --series, --event, --tickers, or --from/],
        [["--series", ""], /--series "": must not be empty/],
        [["--from", "1d", "--to", "2d"], /--from must be before --to/]
      ] as const
      const tried = yield* Effect.forEach(nonsense, ([args]) => run("backfill", on(dataDir, x, ...args)), {
        concurrency: 2
      })
      nonsense.forEach(([args, words], n) => {
        assert.strictEqual(tried[n]?.code, 2, args.join(" "))
        assert.match(`${tried[n]?.stdout}${tried[n]?.stderr}`, words)
      })
      assert.isFalse(existsSync(dataDir))
      assert.deepStrictEqual(yield* x.requests, [])
    })
  )
})
