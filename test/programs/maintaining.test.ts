/** The maintenance that `collect` does by itself, in a process of its own. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { rowsOf } from "../layers/projector/support.ts"
import { folder, run, start } from "./run.ts"

const PATIENCE_MILLIS = 300_000

const exchange = Effect.gen(function* () {
  const started = yield* start("exchange", ["--port", "0", "--markets", "300"])
  return { ...started, url: yield* started.says(/http:\/\/[\d.]+:\d+[\w/-]*/) }
})

const recordingOf = (dataDir: string, url: string) => [
  ...["--data-dir", dataDir, "--api-url", url, "--read-tokens-per-second", "100000"],
  ...["--feeds", "markets,exchange"]
]

/** Records slots of a second, and maintains every second. */
const collecting = (dataDir: string, url: string, ...args: ReadonlyArray<string>) =>
  start("collect", [...recordingOf(dataDir, url), "--interval", "1s", "--lake-every", "1s", ...args])

const until = (holds: () => boolean) => Effect.repeat(Effect.sleep("20 millis"), { until: () => holds() })

/** The processes that a process has started. */
const childrenOf = (pid: number): ReadonlyArray<number> =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number)

/** Whether a process works. One that nobody has waited for yet does not. */
const lives = (pid: number): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))

const failureOf = (dataDir: string, step: string) =>
  rowsOf(dataDir, `SELECT failure FROM maintenance_steps WHERE step = '${step}'`)[0]?.failure

const hasProcesses = existsSync(`/proc/${process.pid}/task/${process.pid}/children`)

describe("a recorder", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("fills the lake and keeps SQLite small while it records", () =>
    Effect.gen(function* () {
      const { url } = yield* exchange
      const dataDir = yield* folder
      // The first maintenance of a recorder on a busy machine may come before its first rows.
      const first = yield* run("collect", [...recordingOf(dataDir, url), "--once"])
      assert.strictEqual(first.code, 0, first.stderr)
      const recorder = yield* collecting(dataDir, url, "--keep-hot", "0s", "--older-than", "0s")
      yield* recorder.says(/INFO {2}maintenance: flush, compact, archive, prune in /)
      yield* recorder.says(/INFO {2}maintenance: flush in /)
      yield* recorder.kill("SIGTERM")
      const { code, stderr } = yield* recorder.ended
      assert.strictEqual(code, 0, stderr)
      assert.notMatch(stderr, /WARN {2}(flush|compact|archive|prune|maintenance) /)
      assert.isAbove(readdirSync(join(dataDir, "lake", "price_snapshots")).length, 0)
      assert.isAbove(rowsOf(dataDir, "SELECT * FROM hot_cutoffs").length, 0)
      const verified = yield* run("replay", ["--verify", "--data-dir", dataDir])
      assert.strictEqual(verified.code, 0, verified.stderr)
    })
  )

  it.scopedLive("goes on when the lake cannot be written, says so, and fills it afterwards", () =>
    Effect.gen(function* () {
      const { url } = yield* exchange
      const dataDir = yield* folder
      const first = yield* run("init", ["--data-dir", dataDir])
      assert.strictEqual(first.code, 0)
      writeFileSync(join(dataDir, "lake"), "a file in the way")
      const recorder = yield* collecting(dataDir, url)
      yield* recorder.says(/WARN {2}flush failed: .*lake.*\. Recording goes on, and it is tried again/)
      assert.match(String(failureOf(dataDir, "flush")), /lake/)
      const slots = () => Number(rowsOf(dataDir, "SELECT count(*) AS n FROM price_slots")[0]?.n)
      const before = slots()
      yield* until(() => slots() > before + 1)
      yield* recorder.kill("SIGTERM")
      assert.strictEqual((yield* recorder.ended).code, 0)
    })
  )

  it.scopedLive("does no maintenance with --lake-every 0s", () =>
    Effect.gen(function* () {
      const { url } = yield* exchange
      const dataDir = yield* folder
      const recorder = yield* collecting(dataDir, url, "--lake-every", "0s")
      yield* recorder.says(/markets: complete/)
      yield* Effect.sleep("3 seconds")
      yield* recorder.kill("SIGTERM")
      assert.notMatch((yield* recorder.ended).stderr, /maintenance/)
      assert.isFalse(existsSync(join(dataDir, "lake")))
    })
  )
})

describe.skipIf(!hasProcesses)("the process of maintenance", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("notices that its maintenance was killed, and takes it along when it is killed", () =>
    Effect.gen(function* () {
      const { url } = yield* exchange
      const dataDir = yield* folder
      const recorder = yield* collecting(dataDir, url)
      const child = () => childrenOf(recorder.pid)[0]
      yield* until(() => child() !== undefined)
      process.kill(child() ?? assert.fail("no child"), "SIGKILL")
      yield* recorder.says(/WARN {2}maintenance failed: its process was killed, perhaps for want of memory/)
      assert.match(String(failureOf(dataDir, "archive")), /killed/)
      yield* until(() => child() !== undefined)
      const second = child() ?? assert.fail("no child")
      yield* recorder.kill("SIGKILL")
      yield* recorder.ended
      yield* until(() => !lives(second))
    })
  )
})
