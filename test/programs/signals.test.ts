/** Real processes and real signals: unfinished work never ends with success. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { folder, run, type Started, start } from "./run.ts"

const PATIENCE_MILLIS = 300_000

const exchange = (...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const started = yield* start("exchange", ["--port", "0", "--markets", "300", ...args])
    const url = yield* started.says(/http:\/\/[\d.]+:\d+[\w/-]*/)
    return { ...started, url }
  })

const asking = (dataDir: string, url: string) => [
  "--data-dir",
  dataDir,
  "--api-url",
  url,
  "--read-tokens-per-second",
  "100000"
]

const CODES = { SIGINT: 130, SIGTERM: 143 } as const

const assertUnfinished = (program: Started, signal: keyof typeof CODES) =>
  Effect.gen(function* () {
    yield* program.kill(signal)
    const { code, stderr, stdout } = yield* program.ended
    assert.strictEqual(code, CODES[signal], stderr)
    assert.match(stderr, /kalshi: stopped by (Ctrl-C|SIGTERM) before it was done\n$/)
    assert.notMatch(stdout, /the tables are what the log says|the chain is whole/)
  })

const until = (holds: () => boolean) => Effect.repeat(Effect.sleep("5 millis"), { until: () => holds() })

describe("a signal", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive(
    "ends a program that records until it is stopped with 0, and a line about what is committed",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange()
        const dataDir = yield* folder
        const args = [...asking(dataDir, x.url), "--interval", "1s", "--feeds", "markets,exchange"]
        for (const signal of ["SIGINT", "SIGTERM"] as const) {
          const collecting = yield* start("collect", args)
          yield* collecting.says(/markets: complete/)
          yield* collecting.kill(signal)
          const { code, stderr } = yield* collecting.ended
          assert.strictEqual(code, 0, stderr)
          assert.match(stderr, /INFO {2}stopped; \d+ slots?, all committed\n$/)
        }
        yield* x.kill("SIGINT")
        const { code, stderr } = yield* x.ended
        assert.strictEqual(code, 0)
        assert.match(stderr, /stopped; [\d,]+ requests answered\n$/)
      })
  )

  it.scopedLive("ends a single slot with 130 or 143", () =>
    Effect.gen(function* () {
      const x = yield* exchange("--faults", "hang@/events")
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        const dataDir = yield* folder
        const collecting = yield* start("collect", ["--once", "--feeds", "events", ...asking(dataDir, x.url)])
        yield* until(() => existsSync(join(dataDir, "kalshi.db-wal")))
        yield* Effect.sleep("1 second")
        yield* assertUnfinished(collecting, signal)
      }
    })
  )

  it.scopedLive("ends a verification with 130 or 143, so that its exit code is never taken for success", () =>
    Effect.gen(function* () {
      const x = yield* exchange("--markets", "4000")
      const dataDir = yield* folder
      const collected = yield* run("collect", [
        "--once",
        "--feeds",
        "markets,events,orderbooks",
        ...asking(dataDir, x.url)
      ])
      assert.strictEqual(collected.code, 0, collected.stderr)
      const before = readdirSync(dataDir).length
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        const proving = yield* start("replay", ["--verify", "--data-dir", dataDir])
        yield* until(() => readdirSync(dataDir).length > before + 2)
        yield* assertUnfinished(proving, signal)
      }
    })
  )

  it.scopedLive("ends a demo with 130", () =>
    Effect.gen(function* () {
      const dataDir = join(yield* folder, "demo")
      const demo = yield* start("demo", ["--data-dir", dataDir])
      yield* until(() => existsSync(join(dataDir, "kalshi.db-wal")))
      yield* assertUnfinished(demo, "SIGINT")
    })
  )

  it("that comes a second time ends a program at once while it closes, and never with 0", async () => {
    const stubborn = fileURLToPath(new URL("./cli/stubborn.ts", import.meta.url))
    const child = spawn(process.execPath, ["--import", "tsx", stubborn], {
      stdio: ["ignore", "ignore", "pipe"]
    })
    await once(child.stderr, "data")
    child.kill("SIGINT")
    // Ctrl-C in a terminal reaches all processes, and npm passes it on again: that counts as one signal.
    child.kill("SIGINT")
    await new Promise((resolve) => setTimeout(resolve, 1000))
    assert.isNull(child.exitCode)
    child.kill("SIGINT")
    const [code] = await once(child, "exit")
    assert.strictEqual(code, 130)
  })
})
