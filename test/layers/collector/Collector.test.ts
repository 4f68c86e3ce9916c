/** The whole recorder in one process: its timing, failures of one feed, and failures of the storage. */
import { createServer } from "node:http"
import { NodeContext } from "@effect/platform-node"
import { assert, describe } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Context, Duration, Effect, Fiber, Layer, Logger, Schedule } from "effect"
import { candlesticks } from "../../../src/domain/ask/feeds/candlesticks.ts"
import { events } from "../../../src/domain/ask/feeds/events.ts"
import { markets } from "../../../src/domain/ask/feeds/markets.ts"
import { orderbooks } from "../../../src/domain/ask/feeds/orderbooks.ts"
import { epochMillis } from "../../../src/domain/units/time.ts"
import { databasePath } from "../../../src/layers/files/data-dir.ts"
import { recording } from "../../../src/programs/cli/recording.ts"
import { Collector, type FeedOutcome } from "../../../src/services/Collector.ts"
import { makeUniverse } from "../../../src/simulator/universe/universe.ts"
import { it } from "../../clock/noon.ts"
import { folder } from "../../programs/run.ts"
import { exchange, faults, NOON } from "../../simulator/support.ts"

/** A collector as the programs compose it, and another connection to its database. */
const collecting = (apiUrl: string, at?: string) =>
  Effect.gen(function* () {
    const dataDir = at ?? (yield* folder)
    const context = yield* Layer.build(
      recording({ apiUrl, dataDir, program: "test", readTokensPerSecond: 10_000, allowOtherExchange: false })
    )
    const other = yield* Effect.acquireRelease(
      Effect.sync(() => new Sqlite(databasePath(dataDir), { timeout: 5000 })),
      (database) => Effect.sync(() => database.close())
    )
    const rows = <A>(sql: string) => Effect.sync(() => other.prepare<[], A>(sql).all())
    /**
     * Executes SQL between two transactions of the collector. A transaction lets timers run, so a wait within
     * SQLite could be a wait for a fiber of this same thread, which would never end.
     */
    const exec = (sql: string) =>
      Effect.try(() => {
        other.pragma("busy_timeout = 0")
        other.exec(sql)
        other.pragma("busy_timeout = 5000")
      }).pipe(Effect.retry(Schedule.spaced("10 millis").pipe(Schedule.upTo("1 minute"))), Effect.orDie)
    return { collector: Context.get(context, Collector), exec, rows, dataDir }
  }).pipe(Effect.provide(NodeContext.layer))

/** Keeps the log lines. */
const ear = () => {
  const heard: Array<FeedOutcome> = []
  return {
    heard,
    onPage: () => Effect.void,
    onOutcome: (outcome: FeedOutcome) => Effect.sync(() => void heard.push(outcome))
  }
}

interface Run {
  readonly feed: string
  readonly slot: string
  readonly status: string
  readonly reason: string | null
  readonly started_at: string
}

const RUNS = "SELECT feed, slot, status, reason, started_at FROM collection_runs ORDER BY slot, feed"

const median = (values: ReadonlyArray<number>): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

/** The delay of timers for the same boundaries on this machine at this time. */
const metronome = Effect.gen(function* () {
  const late: Array<number> = []
  const tick = Effect.gen(function* () {
    const boundary = (Math.floor(Date.now() / 1000) + 1) * 1000
    yield* Effect.sleep(boundary - Date.now())
    late.push(Math.max(0, Date.now() - boundary))
  })
  yield* Effect.forkScoped(Effect.forever(tick))
  return late
})

describe("a collector", () => {
  it.scopedLive("keeps an interval of one second: every boundary is recorded, and starts on time", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 300, speed: 1 })
      const { collector, rows } = yield* collecting(x.url)
      const { heard, ...listener } = ear()
      const ticks = yield* metronome
      const running = yield* Effect.forkScoped(collector.run([{ feed: markets, interval: 1 }], listener))
      while (heard.length < 8) yield* Effect.sleep("50 millis")
      yield* Fiber.interrupt(running)

      const runs = yield* rows<Run>(RUNS)
      const slots = runs.map(({ slot }) => epochMillis(slot) / 1000)
      assert.isAtLeast(slots.length, 8)
      slots.forEach((slot, n) => {
        assert.strictEqual(slot, (slots[0] ?? 0) + n, "every second, once")
      })
      assert.isAtLeast(runs.filter(({ status }) => status === "complete").length, 7)
      assert.isTrue(heard.every(({ status }) => status === "complete"))
      // The first slot is the second in which it started, not a boundary that it waited for.
      const lateness = runs
        .slice(1)
        .flatMap(({ slot, started_at }) =>
          started_at === null ? [] : [epochMillis(started_at) - epochMillis(slot)]
        )
      assert.isAtLeast(Math.min(...lateness), -5)
      assert.isBelow(median(lateness), 100 + median(ticks))

      const [read] = yield* rows<{ n: number }>(
        "SELECT (SELECT max(seq) FROM observations) - min(seq) AS n FROM projection_checkpoints"
      )
      assert.strictEqual(read?.n, 0, "the tables have read all of the log")
    })
  )

  it.scopedLive("takes a slot of every feed with one stamp; a feed that fails stops no other", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 100, faults: yield* faults("403@/events") })
      const { collector, rows } = yield* collecting(x.url)
      const listener = ear()
      const outcomes = yield* collector.once([events, markets], listener)
      assert.deepStrictEqual(
        outcomes.map(({ feed, status }) => `${feed} ${status}`),
        ["events failed", "markets complete"]
      )
      assert.strictEqual(outcomes[0]?.slot, outcomes[1]?.slot)
      assert.strictEqual(listener.heard.length, 2)
      const [count] = yield* rows<{ n: number }>("SELECT count(*) AS n FROM price_snapshots")
      assert.isAbove(count?.n ?? 0, 90, "the tables are up to date when it returns")

      const running = yield* Effect.forkScoped(
        collector.run(
          [
            { feed: events, interval: 1 },
            { feed: markets, interval: 1 }
          ],
          listener
        )
      )
      const heard = (status: string) => listener.heard.filter((outcome) => outcome.status === status).length
      while (heard("failed") < 3 || heard("complete") < 3) yield* Effect.sleep("50 millis")
      yield* Fiber.interrupt(running)
      const later = (yield* rows<Run>(RUNS)).slice(2).filter(({ reason }) => reason !== "interrupted")
      const of = (feed: string, status: string) =>
        later.filter((run) => run.feed === feed && run.status === status).length
      assert.isAtLeast(of("events", "failed"), 2)
      assert.isAtLeast(of("markets", "complete"), 2)
      assert.strictEqual(of("events", "complete") + of("markets", "failed"), 0)
    })
  )

  it.scopedLive("continues to record while the tables fail, and they catch up afterwards", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 100 })
      const { collector, exec, rows } = yield* collecting(x.url)
      yield* exec("CREATE TRIGGER stumble BEFORE INSERT ON price_rows BEGIN SELECT json('{'); END")
      const { heard, ...listener } = ear()
      const warnings: Array<string> = []
      const logger = Logger.make(({ message }) => void warnings.push(String(message)))
      const running = yield* collector
        .run(
          [
            { feed: markets, interval: 1 },
            { feed: orderbooks, interval: 1 }
          ],
          listener
        )
        .pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)), Effect.forkScoped)
      const complete = (feed: string) =>
        heard.filter((outcome) => outcome.feed === feed && outcome.status === "complete").length
      while (complete("markets") < 4) yield* Effect.sleep("50 millis")
      assert.lengthOf(
        warnings.filter((words) => /the tables stay behind.*malformed JSON/.test(words)),
        1,
        warnings.join("\n")
      )
      yield* exec("DROP TRIGGER stumble")
      const before = complete("markets")
      while (complete("markets") < before + 2 || !warnings.some((words) => /have caught up/.test(words)))
        yield* Effect.sleep("50 millis")
      yield* Fiber.interrupt(running)
      const [read] = yield* rows<{ n: number }>(
        "SELECT (SELECT max(seq) FROM observations) - min(seq) AS n FROM projection_checkpoints"
      )
      assert.strictEqual(read?.n, 0, "the tables have read all of the log")
      const [priced] = yield* rows<{ n: number }>(
        "SELECT count(DISTINCT snapshot_time) AS n FROM price_snapshots"
      )
      assert.isAtLeast(priced?.n ?? 0, before)
    })
  )

  it.scopedLive("reports at the end of a single slot of each feed that the tables are behind the log", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 100 })
      const { collector, exec, rows } = yield* collecting(x.url)
      yield* exec("DROP TABLE price_rows")
      const error = yield* Effect.flip(collector.once([markets], ear()))
      assert.match(error.message, /price_rows/)
      assert.deepStrictEqual(
        (yield* rows<Run>(RUNS)).map(({ status }) => status),
        ["complete"]
      )
    })
  )

  it.scopedLive("ends on a full disk, although another feed waits for the listing that fails", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 100 })
      const { collector, exec } = yield* collecting(x.url)
      yield* collector.once([markets], ear())
      yield* exec(`
          CREATE TRIGGER full BEFORE INSERT ON observations
          BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`)
      const [took, error] = yield* Effect.timed(
        Effect.flip(collector.once([orderbooks, candlesticks, markets], ear()))
      )
      assert.match(error.message, /disk is full/)
      assert.isBelow(Duration.toSeconds(took), 15)
    })
  )

  it.scopedLive("recovers after a kill: the open run is closed, and the tables catch up", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 100 })
      const { collector, exec, rows } = yield* collecting(x.url)
      yield* collector.once([markets], ear())
      yield* exec(`
          INSERT INTO collection_runs (feed, slot, interval, started_at, status, pages, items)
          VALUES ('markets', '2026-11-22T11:45:00Z', 900, '2026-11-22T11:45:00.000001Z', 'running', 0, 0);
          DELETE FROM price_rows; DELETE FROM price_pages; DELETE FROM price_slots;
          UPDATE projection_checkpoints SET seq = 0`)
      yield* collector.recover
      const [run] = yield* rows<Run>(RUNS)
      assert.deepInclude(run, { status: "failed", reason: "interrupted" })
      const [count] = yield* rows<{ n: number }>("SELECT count(*) AS n FROM price_snapshots")
      assert.isAbove(count?.n ?? 0, 90)
    })
  )

  it.scopedLive(
    "can be interrupted within a page: the run is closed, and the tables have all that is recorded",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange({ markets: 1500, faults: yield* faults("hang@/markets:from=2") })
        const { collector, rows } = yield* collecting(x.url)
        const running = yield* Effect.forkScoped(collector.run([{ feed: markets, interval: 900 }], ear()))
        // The exchange is asked for its time first.
        while ((yield* x.requests).length < 3) yield* Effect.sleep("20 millis")
        const [took] = yield* Effect.timed(Fiber.interrupt(running))
        assert.isBelow(Number(took.value._tag === "Millis" ? took.value.millis : 0), 10_000)
        const runs = yield* rows<Run>(RUNS)
        assert.deepStrictEqual(
          runs.map(({ reason, status }) => `${status} ${reason}`),
          ["failed interrupted"]
        )
        const [count] = yield* rows<{ n: number }>("SELECT count(*) AS n FROM price_snapshots")
        assert.strictEqual(count?.n, 1000)
      })
  )
})

describe("a listing by offset, which shifts while it is read", () => {
  /** Every page begins with the last markets of the page before it, as if new ones had come at the head. */
  const shifting = (bodies: ReadonlyArray<unknown>, size: number, shift: number) =>
    Effect.acquireRelease(
      Effect.async<{ readonly url: string; readonly close: () => void }>((resume) => {
        const listener = createServer((request, response) => {
          const query = new URLSearchParams(request.url?.split("?")[1] ?? "")
          const from = Number(query.get("cursor") ?? "0")
          const end = from + size >= bodies.length
          const cursor = end ? "" : String(from + size - shift)
          response.writeHead(200, { "content-type": "application/json" })
          response.end(JSON.stringify({ cursor, markets: bodies.slice(from, from + size) }))
        })
        const close = () => {
          listener.close()
          listener.closeAllConnections()
        }
        listener.listen(0, "127.0.0.1", () => {
          const address = listener.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, close }))
        })
      }),
      ({ close }) => Effect.sync(close)
    )

  it.scopedLive("still records every market once in each slot, and counts the items received", () =>
    Effect.gen(function* () {
      const universe = makeUniverse(3, 300)
      const open = universe.openAt(NOON).filter(({ combo }) => !combo)
      const bodies = open.map(({ ticker }) => universe.marketAt(ticker, NOON))
      const { url } = yield* shifting(bodies, 50, 7)
      const { collector, rows } = yield* collecting(url)
      for (const _ of [1, 2]) {
        const [outcome] = yield* collector.once([markets], ear())
        assert.strictEqual(outcome?.status, "complete")
        assert.isAbove(outcome?.items ?? 0, bodies.length)
      }
      const slots = yield* rows<{ n: number; tickers: number }>(
        "SELECT count(*) AS n, count(DISTINCT ticker) AS tickers FROM price_snapshots GROUP BY snapshot_time"
      )
      assert.deepStrictEqual(slots, [
        { n: bodies.length, tickers: bodies.length },
        { n: bodies.length, tickers: bodies.length }
      ])
    })
  )
})
