/** Errors that only a running program can detect, reported with advice. */
import { chmodSync, existsSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:http"
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

/** An exchange that answers as another one does, and 404 where changes of fees are. Returns its base URL. */
const withoutFeeChanges = (url: string) =>
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer((request, response) => {
        if (request.url?.includes("/fee_changes") === true) {
          response.writeHead(404, { "content-type": "application/json" })
          response.end('{"error":{"code":"not_found","message":"not found"}}')
          return
        }
        void fetch(new URL(request.url ?? "", url)).then(async (answer) => {
          response.writeHead(answer.status, { "content-type": "application/json" })
          response.end(Buffer.from(await answer.arrayBuffer()))
        })
      }).listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  ).pipe(
    Effect.map((server) => {
      const address = server.address()
      const port = typeof address === "object" ? address?.port : undefined
      return `http://127.0.0.1:${port}${new URL(url).pathname}`
    })
  )

describe("collect", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("asks for /trade-api/v2 if a listing is 404", () =>
    Effect.gen(function* () {
      const [x, dataDir] = [yield* exchange({ markets: 20 }), yield* folder]
      const apiUrl = new URL(x.url).origin
      const ended = yield* run("collect", [
        ...["--once", "--feeds", "markets", "--data-dir", dataDir, "--api-url", apiUrl],
        ...FAST
      ])
      assert.strictEqual(ended.code, 1)
      saysOneLine(ended.stderr, /answered 404 .*Does --api-url end with \/trade-api\/v2\?/)
    })
  )

  it.scopedLive("fails the feed fees alone if the exchange has no changes of fees, and says so", () =>
    Effect.gen(function* () {
      const [x, dataDir] = [yield* exchange({ markets: 20 }), yield* folder]
      const apiUrl = yield* withoutFeeChanges(x.url)
      const ended = yield* run("collect", [
        ...["--once", "--feeds", "exchange,fees", "--data-dir", dataDir, "--api-url", apiUrl],
        ...FAST
      ])
      assert.strictEqual(ended.code, 1)
      const listings = ["/series/fee_changes", "/events/fee_changes"].join("|")
      saysOneLine(
        ended.stderr,
        new RegExp(
          `fees: .*answered 404 to (?:${listings}).*If it does, the exchange does not serve this listing\\.`
        )
      )
      const runs = yield* run("query", [
        "SELECT feed, status FROM collection_runs ORDER BY feed",
        ...["--format", "csv", "--data-dir", dataDir]
      ])
      assert.strictEqual(runs.stdout, "feed,status\nexchange,complete\nfees,failed\n")
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
