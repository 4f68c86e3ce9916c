/**
 * The recorder is killed at random moments, again and again, also while it recovers. What it had committed is
 * intact, what it had not is absent, and the next slot is taken as if nothing had happened. CRASH_ROUNDS sets
 * the number of rounds, CRASH_SEED other moments.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { assert, describe } from "@effect/vitest"
import { Config, Effect, FastCheck as fc } from "effect"
import { databasePath } from "../../src/layers/files/data-dir.ts"
import { parseFaults } from "../../src/simulator/http/faults.ts"
import { type LocalExchange, serve } from "../../src/simulator/http/server.ts"
import { clockEnvironment } from "../clock/child-clock.ts"
import { it } from "../clock/noon.ts"
import { outdated, rowsOf, tablesIn, verify } from "../layers/projector/support.ts"
import { head, scopedFolder, verifyAll } from "../layers/sqlite/support.ts"
import { commandOf } from "../programs/run.ts"

/**
 * Three pages of open markets and more of settled ones, each slow enough that a kill can hit between request
 * and record.
 */
const MARKETS = 2200
const LATE = "slow:ms=80"

interface Ended {
  readonly code: number | null
  readonly said: string
}

interface Running {
  readonly child: ChildProcess
  readonly ended: Effect.Effect<Ended>
}

const collect = (folder: string, url: string): Effect.Effect<Running> =>
  Effect.map(clockEnvironment(), (clock) => {
    const budget = ["--read-tokens-per-second", "100000"]
    const words = [
      "--once",
      "--feeds",
      "markets,settlements",
      "--data-dir",
      folder,
      "--api-url",
      url,
      ...budget
    ]
    const child = spawn(process.execPath, [...commandOf("collect"), ...words], {
      env: { ...process.env, ...clock }
    })
    let said = ""
    child.stdout.resume()
    child.stderr.on("data", (chunk) => {
      said += chunk
    })
    const over = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, said })))
    return { child, ended: Effect.promise(() => over) }
  })

/** Before it begins a run, a recorder asks the exchange for its time. */
const ASKED_BEFORE = 1

/**
 * A moment for the kill: at the request of that number within the runs, which is never answered, and that
 * many milliseconds after its arrival. Later requests are not answered either, so the run cannot end before.
 * At request 0: while the database is being opened.
 */
interface Moment {
  readonly request: number
  readonly millis: number
}

const moments = (rounds: number, seed: number): ReadonlyArray<Moment> =>
  fc.sample(
    fc.record({ request: fc.integer({ min: 0, max: 5 }), millis: fc.integer({ min: 0, max: 160 }) }),
    {
      numRuns: rounds,
      seed
    }
  )

const setFaults = (x: LocalExchange, script: string) => Effect.flatMap(parseFaults(script), x.setFaults)

const killedAt = (x: LocalExchange, folder: string, { millis, request }: Moment) =>
  Effect.gen(function* () {
    const awaited = request === 0 ? 0 : request + ASKED_BEFORE
    yield* setFaults(x, request === 0 ? LATE : `hang:from=${awaited}; ${LATE}`)
    const before = (yield* x.requests).length
    const { child, ended } = yield* collect(folder, x.url)
    const arrived = Effect.repeat(Effect.delay(x.requests, 5), {
      until: (seen) => seen.length - before >= awaited && existsSync(databasePath(folder))
    })
    yield* Effect.raceFirst(Effect.zipRight(arrived, Effect.sleep(millis)), Effect.asVoid(ended))
    child.kill("SIGKILL")
    return yield* ended
  })

const one = (folder: string, sql: string) => Object.values(rowsOf(folder, sql)[0] ?? {})[0]

/** Asserts what must hold of the files whenever no process has them open. */
const holdsAtRest = (folder: string, when: string) => {
  if (one(folder, "SELECT count(*) FROM sqlite_master WHERE name = 'projection_checkpoints'") === 0) return
  assert.strictEqual(one(folder, "PRAGMA integrity_check"), "ok", when)
  const log = rowsOf(folder, "SELECT count(*) AS n, coalesce(max(seq), 0) AS top FROM observations")[0]
  assert.strictEqual(log?.n, log?.top, `${when}: seq is contiguous`)
  const keys = "SELECT count(*) FROM (SELECT DISTINCT feed, slot, request, page FROM observations)"
  assert.strictEqual(one(folder, keys), log?.n, `${when}: each key once`)
  const ahead = `SELECT count(*) FROM projection_checkpoints WHERE seq > ${log?.top}`
  assert.strictEqual(one(folder, ahead), 0, `${when}: no checkpoint beyond the log`)
  const unaccounted = `SELECT count(*) FROM observations o LEFT JOIN collection_runs r USING (feed, slot) WHERE r.feed IS NULL`
  assert.strictEqual(one(folder, unaccounted), 0, `${when}: no answer without its run`)
}

describe("a recorder that is killed", () => {
  it.scopedLive(
    "has lost nothing that it had committed, and takes the next slot as a whole",
    () =>
      Effect.gen(function* () {
        const rounds = yield* Config.integer("CRASH_ROUNDS").pipe(Config.withDefault(5))
        const seed = yield* Config.integer("CRASH_SEED").pipe(Config.withDefault(20261122))
        const folder = yield* scopedFolder
        const x = yield* serve({ markets: MARKETS, seed: 5, speed: 0, faults: [] })
        const now = yield* x.now

        for (const [index, moment] of moments(rounds, seed).entries()) {
          const when = `round ${index} of seed ${seed}, killed at ${JSON.stringify(moment)}`
          const { code, said } = yield* killedAt(x, folder, moment)
          if (moment.request > 0) assert.isNull(code, `${when}, but it ended before: ${said}`)
          holdsAtRest(folder, when)
          if (moment.request > 0) {
            const open = one(folder, "SELECT count(*) FROM collection_runs WHERE status = 'running'")
            assert.isAbove(Number(open), 0, `${when}: the kill landed inside a run`)
          }
        }

        yield* setFaults(x, LATE)
        const { code, said } = yield* Effect.flatMap(collect(folder, x.url), ({ ended }) => ended)
        assert.strictEqual(code, 0, said)
        holdsAtRest(folder, "at last")

        yield* Effect.gen(function* () {
          assert.strictEqual(yield* verifyAll, (yield* head).seq)
          assert.deepStrictEqual(yield* outdated, [])
          yield* verify
        }).pipe(Effect.provide(tablesIn(folder)))

        const runs = rowsOf(
          folder,
          "SELECT feed, slot, status, reason, pages, items FROM collection_runs ORDER BY slot"
        )
        for (const { reason, status } of runs) {
          assert.include(["complete", "failed"], status)
          assert.strictEqual(reason, status === "failed" ? "interrupted" : null)
        }
        const pagesOf = "SELECT count(*) FROM observations o WHERE o.feed = r.feed AND o.slot = r.slot"
        const miscounted = rowsOf(folder, `SELECT * FROM collection_runs r WHERE pages <> (${pagesOf})`)
        assert.deepStrictEqual(miscounted, [], "every run says how many pages it has")

        const [last] = runs.filter(({ feed }) => feed === "markets").slice(-1)
        assert.include(last, { status: "complete" })
        const open = x.universe.openAt(now).filter(({ combo }) => !combo)
        assert.strictEqual(last?.items, open.length, "nothing twice")
        const priced = rowsOf(
          folder,
          `SELECT ticker FROM price_snapshots WHERE snapshot_time = '${last?.slot}' ORDER BY ticker`
        )
        assert.deepStrictEqual(
          priced.map(({ ticker }) => ticker),
          open.map(({ ticker }) => ticker).sort(),
          "every open market once"
        )
        const settled = x.universe.settledBetween(now - 23 * 3_600_000, now).filter(({ combo }) => !combo)
        const recorded = new Set(rowsOf(folder, "SELECT ticker FROM settlements").map(({ ticker }) => ticker))
        assert.isAbove(settled.length, 0)
        assert.deepStrictEqual(
          settled.filter(({ ticker }) => !recorded.has(ticker)),
          [],
          "every settlement of the day"
        )
      }),
    600_000
  )
})
