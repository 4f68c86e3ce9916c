/** A replay in worker processes: its result, and the state after one of its processes ends early. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stringsMarket } from "../domain/read/wire/bodies.ts"
import { page } from "../layers/projector/observations.ts"
import { everything, rowsOf, tablesIn, tell } from "../layers/projector/support.ts"
import { copyOf, raw, SLOT, tamper } from "../layers/sqlite/support.ts"
import { run, type Started, start } from "./run.ts"

const PATIENCE_MILLIS = 300_000

const PAGES = 24
const MARKETS = 120
const TICKERS = 150

let original = ""

/** A log in which every market changes from page to page, recorded once. */
beforeAll(() => {
  original = mkdtempSync(join(tmpdir(), "kalshi-tape-"))
  const pages = Array.from({ length: PAGES }, (_, slot) =>
    page(
      slot,
      Array.from({ length: MARKETS }, (_, n) =>
        stringsMarket({
          ticker: `T${(n * 7 + slot) % TICKERS}`,
          title: slot % 5 === 4 ? 7 : `title ${slot}`
        })
      ),
      slot,
      { slot: SLOT + slot * 900 }
    )
  )
  return Effect.runPromise(Effect.provide(tell(...pages), tablesIn(original))).then(() => {})
})

afterAll(() => rmSync(original, { recursive: true, force: true }))

const recorded = Effect.suspend(() => copyOf(original))

/** A replay that takes longer than ten seconds says how far it is. */
const withoutProgress = (stderr: string): string => stderr.replace(/^\S+ INFO {2}.*\n/gm, "")

const scratchFiles = (dataDir: string) => readdirSync(dataDir).filter((name) => name.startsWith(".kalshi-"))

const childrenOf = (pid: number): ReadonlyArray<number> => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number)
  } catch {
    return []
  }
}

const isWorker = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("range-worker")
  } catch {
    return false
  }
}

/** Waits until all workers of a replay are running, and returns their process ids. */
const workersOf = ({ pid }: Started, count: number) =>
  Effect.repeat(
    Effect.zipRight(
      Effect.sleep("2 millis"),
      Effect.sync(() => childrenOf(pid).filter(isWorker))
    ),
    { until: (pids) => pids.length === count }
  )

const haveEnded = (pids: ReadonlyArray<number>) =>
  Effect.repeat(Effect.sleep("20 millis"), { until: () => !pids.some(isWorker) })

const replay = (dataDir: string, ...args: ReadonlyArray<string>) => [
  "--data-dir",
  dataDir,
  "--workers",
  "2",
  ...args
]

describe("a replay in worker processes", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("gives the tables that the recorder has made, and reports its progress", () =>
    Effect.gen(function* () {
      const dataDir = yield* recorded
      const before = everything(dataDir)
      for (const args of [["--verify"], [], ["--workers", "5"], ["--verify", "--workers", "1"]]) {
        const { code, stderr, stdout } = yield* run("replay", replay(dataDir, ...args))
        assert.strictEqual(code, 0, stderr)
        assert.include(stdout, `${PAGES} observations replayed`)
        assert.lengthOf(
          stderr.match(/not as expected/g) ?? [],
          1,
          "one warning, whatever the number of ranges"
        )
        assert.deepStrictEqual(everything(dataDir), before)
      }
      raw(dataDir, (database) => database.exec("UPDATE market_rows SET title = 'x' WHERE market = 7"))
      const differing = yield* run("replay", replay(dataDir, "--verify"))
      assert.strictEqual(differing.code, 1)
      assert.match(differing.stderr, /markets/)
      assert.strictEqual((yield* run("replay", replay(dataDir))).code, 0)
      assert.deepStrictEqual(everything(dataDir), before)
    })
  )

  it.scopedLive("ends with one message when a worker is killed, and leaves the tables as they were", () =>
    Effect.gen(function* () {
      const dataDir = yield* recorded
      raw(dataDir, (database) => database.exec("UPDATE market_rows SET title = 'as it was'"))
      const before = everything(dataDir)
      const replaying = yield* start("replay", replay(dataDir))
      const workers = yield* workersOf(replaying, 2)
      process.kill(workers[1] ?? 0, "SIGKILL")
      const { code, stderr } = yield* replaying.ended
      assert.strictEqual(code, 1)
      assert.match(withoutProgress(stderr), /^kalshi: [^\n]*a worker process was killed[^\n]*\n$/)
      assert.isFalse(workers.some(isWorker), "the other worker has ended, too")
      assert.deepStrictEqual(everything(dataDir), before)
      assert.deepStrictEqual(scratchFiles(dataDir), [])
    })
  )

  it.scopedLive("names the damaged row of the log, in whichever range it is", () =>
    Effect.gen(function* () {
      const dataDir = yield* recorded
      tamper(dataDir, `UPDATE observations SET body = x'00', encoding = 'identity' WHERE seq = ${PAGES - 2}`)
      const before = everything(dataDir)
      const { code, stderr } = yield* run("replay", replay(dataDir))
      assert.strictEqual(code, 1)
      assert.match(
        withoutProgress(stderr),
        new RegExp(`^kalshi: the log is damaged at seq ${PAGES - 2}: [^\\n]*\\n$`)
      )
      assert.deepStrictEqual(everything(dataDir), before)
      assert.deepStrictEqual(scratchFiles(dataDir), [])
    })
  )

  it.scopedLive("ends its workers when it is interrupted or killed", () =>
    Effect.gen(function* () {
      const dataDir = yield* recorded
      const before = everything(dataDir)
      for (const signal of ["SIGINT", "SIGKILL"] as const) {
        const replaying = yield* start("replay", replay(dataDir))
        const workers = yield* workersOf(replaying, 2)
        // A terminal sends its signal to every process of the command.
        if (signal === "SIGINT") for (const pid of workers) process.kill(pid, signal)
        yield* replaying.kill(signal)
        const { code, stderr } = yield* replaying.ended
        assert.strictEqual(code, signal === "SIGINT" ? 130 : null, stderr)
        yield* haveEnded(workers)
        if (signal === "SIGINT") assert.deepStrictEqual(scratchFiles(dataDir), [])
        assert.deepStrictEqual(everything(dataDir), before)
      }
      assert.strictEqual((yield* run("replay", replay(dataDir))).code, 0)
      assert.deepStrictEqual(scratchFiles(dataDir), [])
      assert.strictEqual(rowsOf(dataDir, "SELECT count(*) AS n FROM market_numbers")[0]?.n, TICKERS)
    })
  )
})
