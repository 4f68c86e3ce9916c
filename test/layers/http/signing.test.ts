/**
 * Our signatures as the exchange would check them: verified by openssl, over the requests that a server
 * received.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { generateKeyPairSync } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Redacted } from "effect"
import { makeSigner } from "../../../src/layers/http/signing.ts"
import { folder } from "../../programs/run.ts"
import { ed25519, KEY_ID, oneLine, pemOf, publicPemOf, rsa, secretsOf, signerOf } from "./keys.ts"
import { type Arrival, answer, asking, client, impatient, server } from "./support.ts"

/** Exits with 0 if openssl accepts the signature of the text. */
const opensslSays = (dir: string, publicPem: string, text: string, signature: string, scheme: string) => {
  const [key, data, sig] = ["key.pem", "text", "signature"].map((name) => join(dir, name)) as [
    string,
    string,
    string
  ]
  writeFileSync(key, publicPem)
  writeFileSync(data, text)
  writeFileSync(sig, Buffer.from(signature, "base64"))
  const pss = ["rsa_padding_mode:pss", "rsa_pss_saltlen:32", "rsa_mgf1_md:sha256"]
  const args =
    scheme === "rsa"
      ? ["dgst", "-sha256", ...pss.flatMap((o) => ["-sigopt", o]), "-verify", key, "-signature", sig, data]
      : ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key, "-in", data, "-sigfile", sig]
  return spawnSync("openssl", args, { encoding: "utf8" }).status === 0
}

const header = (arrival: Arrival | undefined, name: string): string => String(arrival?.headers[name])

/** Sends requests through a signing client, with answers to the requests that it makes at the start. */
const arrivals = (pem: string, paths: ReadonlyArray<string>, statuses: ReadonlyArray<number> = []) =>
  Effect.gen(function* () {
    let nth = 0
    const { arrivals, url } = yield* server((_, response, { url: path = "" }) =>
      path.includes("/account/")
        ? answer(response, 200, '{"read":{"refill_rate":200},"endpoint_costs":[]}')
        : answer(response, statuses[nth++] ?? 200, "{}")
    )
    const api = yield* client(`${url}/trade-api/v2`, { signer: signerOf(pem) })
    for (const path of paths) yield* impatient(api.get(asking(path)))
    return arrivals
  })

describe("a signature", () => {
  for (const [name, scheme, pem, publicPem] of [
    ["RSA, PKCS#8", "rsa", pemOf(rsa.privateKey), publicPemOf(rsa.publicKey)],
    ["RSA, PKCS#1", "rsa", pemOf(rsa.privateKey, "pkcs1"), publicPemOf(rsa.publicKey)],
    ["RSA on one line", "rsa", oneLine(pemOf(rsa.privateKey)), publicPemOf(rsa.publicKey)],
    ["Ed25519", "ed25519", pemOf(ed25519.privateKey), publicPemOf(ed25519.publicKey)],
    ["Ed25519 on one line", "ed25519", oneLine(pemOf(ed25519.privateKey)), publicPemOf(ed25519.publicKey)]
  ] as const) {
    it.scopedLive(`(${name}) covers timestamp, method and path from the root, without the query`, () =>
      Effect.gen(function* () {
        const dir = yield* folder
        const before = Date.now()
        const asked = ["/markets?limit=1000&cursor=a%2Bb", "/markets/KX-A%20B/orderbook?depth=0"]
        const seen = yield* arrivals(pem, asked)
        assert.strictEqual(seen.length, 2 + asked.length)
        for (const arrival of seen) {
          const timestamp = header(arrival, "kalshi-access-timestamp")
          const signature = header(arrival, "kalshi-access-signature")
          const path = arrival.path.split("?")[0] ?? ""
          const says = (text: string) => opensslSays(dir, publicPem, text, signature, scheme)
          assert.strictEqual(header(arrival, "kalshi-access-key"), KEY_ID)
          assert.match(timestamp, /^\d{13}$/)
          assert.isAtLeast(Number(timestamp), before)
          assert.isTrue(path.startsWith("/trade-api/v2/"))
          assert.isTrue(says(`${timestamp}GET${path}`))
          if (arrival.path !== path) assert.isFalse(says(`${timestamp}GET${arrival.path}`))
          assert.isFalse(says(`${timestamp}GET${path.replace("/trade-api/v2", "")}`))
        }
      })
    )
  }

  it.scopedLive("is made again for every attempt", () =>
    Effect.gen(function* () {
      const seen = yield* arrivals(pemOf(rsa.privateKey), ["/markets"], [503, 429, 500])
      const attempts = seen.filter(({ path }) => path.endsWith("/markets"))
      assert.strictEqual(attempts.length, 4)
      const signatures = attempts.map((arrival) => header(arrival, "kalshi-access-signature"))
      assert.strictEqual(new Set(signatures).size, 4)
      const times = attempts.map((arrival) => Number(header(arrival, "kalshi-access-timestamp")))
      assert.deepStrictEqual(
        times,
        [...times].sort((a, b) => a - b)
      )
      assert.isAbove(new Set(times).size, 1)
    })
  )

  it.scopedLive("is not made without a key, and then no request is made at the start", () =>
    Effect.gen(function* () {
      const { arrivals, url } = yield* server((_, response) => answer(response, 200, "{}"))
      const api = yield* client(`${url}/trade-api/v2`)
      assert.strictEqual(arrivals.length, 0)
      yield* api.get(asking("/markets"))
      assert.deepStrictEqual(
        Object.keys(arrivals[0]?.headers ?? {}).filter((name) => name.startsWith("kalshi")),
        []
      )
    })
  )
})

describe("a key that cannot be used", () => {
  const good = pemOf(rsa.privateKey)
  const body = good.split("\n").slice(1, -2)
  const encrypted = (type: "pkcs8" | "pkcs1") =>
    rsa.privateKey
      .export({ format: "pem", type, cipher: "aes-256-cbc", passphrase: "open sesame" })
      .toString()
  const weak = execFileSync("openssl", ["genrsa", "512"], { stdio: ["ignore", "pipe", "ignore"] }).toString()
  const ec = pemOf(generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey)

  for (const [what, pem, words] of [
    ["nothing", "", /not PEM/],
    ["a path", "/home/me/kalshi.pem", /not PEM/],
    ["a body without its frame", body.join(""), /not PEM/],
    ["a public key", publicPemOf(rsa.publicKey), /not PEM/],
    ["a key cut short", `${good.slice(0, 600)}\n-----END PRIVATE KEY-----\n`, /cannot be read/],
    ["a key without its end", good.slice(0, 900), /cannot be read/],
    ["an encrypted key, PKCS#8", encrypted("pkcs8"), /encrypted.*passphrase/],
    ["an encrypted key, PKCS#1", encrypted("pkcs1"), /encrypted.*passphrase/],
    ["an elliptic curve", ec, /neither RSA nor Ed25519/],
    ["an RSA key too short for the signature", weak, /cannot make RSA-PSS/]
  ] as const) {
    it(`(${what}) is reported in a message that does not repeat it`, () => {
      const made = makeSigner({ keyId: Redacted.make(KEY_ID), privateKey: Redacted.make(pem) })
      const error = Either.getOrThrow(Either.flip(made))
      assert.strictEqual(error._tag, "WrongUsage")
      assert.match(error.message, words)
      assert.match(error.message, /KALSHI_PRIVATE_KEY_PATH or KALSHI_PRIVATE_KEY/)
      const told = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`
      for (const secret of [...secretsOf(pem), ...secretsOf(good), "open sesame", "home/me"]) {
        assert.notInclude(told, secret)
      }
    })
  }

  for (const id of ["", "two words", "a\nb", good, "ключ", "x".repeat(300)]) {
    it(`an id such as ${JSON.stringify(id.slice(0, 12))} is refused without being repeated`, () => {
      const made = makeSigner({ keyId: Redacted.make(id), privateKey: Redacted.make(good) })
      const error = Either.getOrThrow(Either.flip(made))
      assert.match(error.message, /KALSHI_API_KEY_ID/)
      if (id.length > 12) assert.notInclude(error.message, id.slice(0, 12))
    })
  }
})
