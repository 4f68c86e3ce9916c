/** Recording with a key, as users run it: signed requests are accepted, and the key appears nowhere. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { it } from "../clock/noon.ts"
import { ed25519, KEY_ID, oneLine, pemOf, publicPemOf, rsa, secretsOf } from "../layers/http/keys.ts"
import { exchange } from "../simulator/support.ts"
import { folder, run } from "./run.ts"

const PATIENCE_MILLIS = 300_000

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))

const once = (dataDir: string, url: string) => [
  ...["--once", "--json", "--feeds", "markets,orderbooks,exchange"],
  ...["--data-dir", dataDir, "--api-url", url]
]

const serving = exchange({
  markets: 60,
  keys: [{ id: KEY_ID, publicKeyPem: publicPemOf(rsa.publicKey) }],
  signedReadTokensPerSecond: 200
})

describe("collect with a key", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("signs every request except a public one, and stores the key nowhere", () =>
    Effect.gen(function* () {
      const [x, dataDir, keys] = [yield* serving, yield* folder, yield* folder]
      const pem = pemOf(rsa.privateKey)
      const path = join(keys, "key.pem")
      writeFileSync(path, pem)
      const environment = [{ KALSHI_PRIVATE_KEY_PATH: path }, { KALSHI_PRIVATE_KEY: oneLine(pem) }]
      for (const env of environment) {
        const ended = yield* run("collect", once(dataDir, x.url), {
          env: { ...env, KALSHI_API_KEY_ID: KEY_ID, KALSHI_LOG_LEVEL: "all" }
        })
        assert.strictEqual(ended.code, 0, ended.stderr)
        const written = [Buffer.from(ended.stdout), Buffer.from(ended.stderr), ...filesIn(dataDir)]
        assert.isAtLeast(written.length, 3)
        for (const secret of [...secretsOf(pem), KEY_ID]) {
          assert.isFalse(
            written.some((bytes) => bytes.includes(secret)),
            `${secret} was written`
          )
        }
      }
      const requests = yield* x.requests
      assert.isTrue(requests.every(({ status }) => status === 200))
      const unsigned = requests.flatMap(({ keyId, path }) => (keyId === KEY_ID ? [] : [path]))
      assert.isTrue(
        unsigned.every((path) => path.endsWith("/account/endpoint_costs")),
        unsigned.join()
      )
    })
  )

  it.scopedLive("that the exchange refuses ends with one clear message, and takes no slot", () =>
    Effect.gen(function* () {
      const [x, dataDir] = [yield* serving, yield* folder]
      const pem = pemOf(ed25519.privateKey)
      const ended = yield* run("collect", once(dataDir, x.url), {
        env: { KALSHI_PRIVATE_KEY: pem, KALSHI_API_KEY_ID: KEY_ID }
      })
      assert.strictEqual(ended.code, 1)
      assert.match(ended.stderr, /answered 401 .*Check KALSHI_API_KEY_ID and the private key/)
      assert.isFalse(secretsOf(pem).some((secret) => ended.stderr.includes(secret)))
    })
  )

  it.scopedLive("that cannot be read exits 2 without repeating it, before any file is created", () =>
    Effect.gen(function* () {
      const [x, parent] = [yield* serving, yield* folder]
      const broken = pemOf(rsa.privateKey).replaceAll("\n", "")
      for (const env of [
        { KALSHI_PRIVATE_KEY: broken, KALSHI_API_KEY_ID: KEY_ID },
        { KALSHI_API_KEY_ID: KEY_ID },
        { KALSHI_PRIVATE_KEY: pemOf(rsa.privateKey) }
      ]) {
        const ended = yield* run("collect", once(join(parent, "new"), x.url), { env })
        assert.strictEqual(ended.code, 2, ended.stderr)
        const said = ended.stdout + ended.stderr
        assert.isFalse(secretsOf(pemOf(rsa.privateKey)).some((secret) => said.includes(secret)))
        assert.deepStrictEqual(readdirSync(parent), [])
      }
    })
  )
})
