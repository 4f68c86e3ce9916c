/** Errors that only a running program can detect, reported with advice. */
import { chmodSync, existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { it } from "../clock/noon.ts"
import { KEY_ID, pemOf, publicPemOf, rsa } from "../layers/http/keys.ts"
import { exchange } from "../simulator/support.ts"
import { folder, run } from "./run.ts"

const PATIENCE_MILLIS = 300_000

const FAST = ["--read-tokens-per-second", "100000"]

const saysOneLine = (stderr: string, words: RegExp) => {
  const line = stderr.split("\n").find((said) => said.startsWith("kalshi: ")) ?? ""
  assert.match(line, words, stderr)
}

describe("collect", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("suggests a missing /trade-api/v2 if a listing is 404", () =>
    Effect.gen(function* () {
      const [x, dataDir] = [yield* exchange({ markets: 20 }), yield* folder]
      const apiUrl = new URL(x.url).origin
      const ended = yield* run("collect", [
        ...["--once", "--feeds", "markets", "--data-dir", dataDir, "--api-url", apiUrl],
        ...FAST
      ])
      assert.strictEqual(ended.code, 1)
      saysOneLine(ended.stderr, /answered 404 .*Is \/trade-api\/v2 missing at the end of --api-url\?/)
    })
  )

  it.scopedLive("creates nothing for a URL with a password", () =>
    Effect.gen(function* () {
      const dataDir = join(yield* folder, "new")
      const ended = yield* run("collect", ["--once", "--data-dir", dataDir], {
        env: { KALSHI_API_URL: "https://me:hunter2@localhost/trade-api/v2" }
      })
      assert.strictEqual(ended.code, 2)
      assert.match(
        ended.stderr,
        /^kalshi: KALSHI_API_URL https:\/\/…localhost\/trade-api\/v2: must hold no user name/
      )
      assert.isFalse(existsSync(dataDir))
    })
  )

  it.scopedLive("warns of a private key that every user may read, and of no other", () =>
    Effect.gen(function* () {
      const keys = [{ id: KEY_ID, publicKeyPem: publicPemOf(rsa.publicKey) }]
      const [x, parent] = [yield* exchange({ markets: 20, keys }), yield* folder]
      const path = join(parent, "key.pem")
      writeFileSync(path, pemOf(rsa.privateKey))
      for (const [mode, warned] of [
        [0o644, true],
        [0o600, false]
      ] as const) {
        chmodSync(path, mode)
        const ended = yield* run(
          "collect",
          [
            ...["--once", "--feeds", "exchange", "--data-dir", join(parent, "data"), "--api-url", x.url],
            ...FAST
          ],
          { env: { KALSHI_API_KEY_ID: KEY_ID, KALSHI_PRIVATE_KEY_PATH: path } }
        )
        assert.strictEqual(ended.code, 0, ended.stderr)
        assert.strictEqual(/WARN .*every user of this machine may read.*chmod 600/.test(ended.stderr), warned)
        assert.notInclude(ended.stderr, path)
      }
    })
  )
})

describe("backfill", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("of an unknown name does not advise to run it again", () =>
    Effect.gen(function* () {
      const [x, dataDir] = [yield* exchange({ markets: 20 }), yield* folder]
      const ended = yield* run("backfill", [
        ...["--series", "NOSUCH", "--data-dir", dataDir, "--api-url", x.url],
        ...FAST
      ])
      assert.strictEqual(ended.code, 1)
      saysOneLine(ended.stderr, /knows no market by that name.*Check the name and the times/)
      assert.notInclude(ended.stderr, "Run the same command again")
    })
  )

  it.scopedLive("of times in the future reports that", () =>
    Effect.gen(function* () {
      const ended = yield* run("backfill", ["--from", "2999-01-01", "--data-dir", join(yield* folder, "new")])
      assert.strictEqual(ended.code, 2)
      assert.match(ended.stderr, /^kalshi: --from 2999-01-01: lies in the future; it is \S+Z now\n$/)
    })
  )
})

describe("exchange", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("refuses a folder without a recorded answer", () =>
    Effect.gen(function* () {
      const recorded = yield* folder
      writeFileSync(join(recorded, "notes.json"), '{"words": 3}')
      const ended = yield* run("exchange", ["--port", "0", "--recorded", recorded])
      assert.strictEqual(ended.code, 2)
      assert.match(ended.stderr, /^kalshi: --recorded .*: no file there is a recorded answer/)
    })
  )

  it.scopedLive("refuses a bias that would need prices outside of 0 to 100 cents", () =>
    Effect.gen(function* () {
      for (const bias of ["-2,0.01", "1,0.5", "-1.736", "-1,0.1,2", "-1,x", "-Infinity,Infinity"]) {
        const ended = yield* run("exchange", ["--port", "0", "--bias", bias])
        assert.strictEqual(ended.code, 2, bias)
        assert.match(ended.stderr, /--bias .*: two numbers ALPHA,PSI/)
      }
    })
  )

  it.scopedLive("on a port that is in use suggests another", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 20 })
      const ended = yield* run("exchange", ["--port", new URL(x.url).port])
      assert.strictEqual(ended.code, 1)
      assert.match(ended.stderr, /another program listens there; use --port 0 for any free port/)
    })
  )
})

describe("log", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("refuses bounds outside the log, lists the newest rows, and fits them into a pipe", () =>
    Effect.gen(function* () {
      const [x, dataDir] = [yield* exchange({ markets: 20 }), yield* folder]
      const collected = yield* run("collect", [
        ...["--once", "--feeds", "markets,events", "--data-dir", dataDir, "--api-url", x.url],
        ...FAST
      ])
      assert.strictEqual(collected.code, 0, collected.stderr)
      const listed = yield* run("log", ["list", "--limit", "2", "--data-dir", dataDir, "--json"])
      const seqs: ReadonlyArray<number> = JSON.parse(listed.stdout).map(({ seq }: { seq: number }) => seq)
      const head = seqs.at(-1) ?? 0
      assert.isAbove(head, 1)
      assert.deepStrictEqual(seqs, [head - 1, head])
      const table = yield* run("log", ["list", "--data-dir", dataDir])
      for (const line of table.stdout.trimEnd().split("\n")) assert.notMatch(line, / $/)
      for (const [words, why] of [
        [["verify", "--from", "99999"], `--from 99999 lies beyond the log, which ends at seq ${head}`],
        [
          ["verify", "--from", "1", "--to", "99999"],
          `--to 99999 lies beyond the log, which ends at seq ${head}`
        ],
        [["verify", "--from", "2", "--to", "1"], "--to 1 lies before --from 2"],
        [["list", "--from", "99999"], `--from 99999 lies beyond the log, which ends at seq ${head}`]
      ] as const) {
        const ended = yield* run("log", [...words, "--data-dir", dataDir])
        assert.deepStrictEqual([ended.code, ended.stderr, ended.stdout], [2, `kalshi: ${why}\n`, ""])
      }
      const whole = yield* run("log", ["verify", "--from", "1", "--to", "1", "--data-dir", dataDir])
      assert.match(whole.stdout, /1 observation verified, seq 1 to 1: the chain is whole/)
    })
  )
})
