/**
 * Every program from its sources by tsx, as the README starts it. The other tests start all programs from one
 * bundle.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { it } from "../clock/noon.ts"
import { folder, run, start } from "./run.ts"

const PATIENCE_MILLIS = 300_000
const fromSource = { fromSource: true }

/** Runs a program that must succeed, and returns its output. */
const succeeds = (program: string, ...args: ReadonlyArray<string>) =>
  Effect.map(run(program, args, fromSource), ({ code, stderr, stdout }) => {
    assert.strictEqual(code, 0, `${program} ${args.join(" ")}: ${stderr}`)
    return stdout
  })

const bin = fileURLToPath(new URL("../../bin/kalshi.js", import.meta.url))

describe("every program, from its sources", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("starts and does its work", () =>
    Effect.gen(function* () {
      const dataDir = yield* folder
      const on = ["--data-dir", dataDir]
      const [exchange] = yield* Effect.all(
        [
          start("exchange", ["--port", "0", "--markets", "40", "--seed", "7"], fromSource),
          succeeds("init", ...on)
        ],
        { concurrency: 2 }
      )
      const url = yield* exchange.says(/http:\/\/[\d.]+:\d+[\w/-]*/)
      const asking = [...on, "--api-url", url, "--read-tokens-per-second", "100000"]
      yield* succeeds("sync-markets", ...asking)
      yield* succeeds("collect", "--once", ...asking)
      yield* succeeds("backfill", "--series", "KXHIGHNY", "--kinds", "markets", ...asking)
      yield* exchange.kill("SIGTERM")

      const [status, , , , counted] = yield* Effect.all(
        [
          succeeds("status", "--json", ...on),
          // Its workers run from the sources, too.
          succeeds("replay", "--verify", "--workers", "2", ...on),
          succeeds("log", "verify", ...on),
          succeeds("export-csv", ...on),
          succeeds("query", "--json", "SELECT count(*) AS n FROM markets", ...on),
          succeeds("export-parquet", ...on)
        ],
        { concurrency: 2 }
      )
      assert.strictEqual(JSON.parse(status).priceSlots, 1)
      assert.isAtLeast(JSON.parse(counted)[0].n, 40)
      const pruned = yield* succeeds("prune", "--json", ...on)
      assert.isArray(JSON.parse(pruned).tables)
      assert.strictEqual((yield* exchange.ended).code, 0)
    })
  )

  it("and so does the command that npm links", () => {
    const { status, stdout } = spawnSync(process.execPath, [bin, "data", "--help"], { encoding: "utf8" })
    assert.strictEqual(status, 0)
    assert.match(stdout, /kalshi data/)
  })
})
