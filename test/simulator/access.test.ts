import { constants, generateKeyPairSync, type KeyObject, sign } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { LocalExchange } from "../../src/simulator/http/server.ts"
import { exchange, get, NOON } from "./support.ts"

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
const ed = generateKeyPairSync("ed25519")
const pem = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString()
const keys = [
  { id: "rsa-key", publicKeyPem: pem(rsa.publicKey) },
  { id: "ed-key", publicKeyPem: pem(ed.publicKey) }
]

const LIMITS = "/account/limits"

const headersFor = (id: string, text: string, timestamp: string) => {
  const data = Buffer.from(text)
  const signature =
    id === "ed-key"
      ? sign(null, data, ed.privateKey)
      : sign("sha256", data, {
          key: rsa.privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: 32
        })
  return {
    "KALSHI-ACCESS-KEY": id,
    "KALSHI-ACCESS-TIMESTAMP": timestamp,
    "KALSHI-ACCESS-SIGNATURE": signature.toString("base64")
  }
}

/** Signs the path after the host, without the query, unless a test gives something else to sign. */
const signed = (x: LocalExchange, id: string, path: string, over?: string) => {
  const bare = over ?? `/trade-api/v2${path.split("?")[0]}`
  return get(x, path, headersFor(id, `${NOON}GET${bare}`, `${NOON}`))
}

describe("signed access", () => {
  it.scopedLive("accepts RSA and Ed25519 keys, and answers signed requests like any others", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ keys })
      for (const { id } of keys) {
        const got = yield* signed(x, id, "/markets?limit=5")
        assert.strictEqual(got.status, 200)
        assert.strictEqual(got.text, (yield* get(x, "/markets?limit=5")).text)
      }
      const seen = yield* x.requests
      assert.deepStrictEqual(
        seen.map((one) => one.keyId),
        ["rsa-key", undefined, "ed-key", undefined]
      )
    })
  )

  it.scopedLive("refuses an unknown key, a signature of another text, and a part of the headers", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ keys })
      const path = "/markets?limit=5"
      const got = [
        yield* signed(x, "no-key", path),
        yield* signed(x, "rsa-key", path, "/markets"),
        yield* signed(x, "rsa-key", path, "/trade-api/v2/markets?limit=5"),
        yield* signed(x, "ed-key", path, "/trade-api/v2/events"),
        yield* get(x, path, headersFor("ed-key", `${NOON}POST/trade-api/v2/markets`, `${NOON}`)),
        yield* get(x, path, headersFor("ed-key", "soonGET/trade-api/v2/markets", "soon")),
        yield* get(x, path, { "KALSHI-ACCESS-KEY": "ed-key" }),
        yield* get(x, path, { "KALSHI-ACCESS-SIGNATURE": "eA==" })
      ]
      for (const one of got) {
        assert.strictEqual(one.status, 401)
        assert.strictEqual(one.text, '{"error":{"code":"unauthorized","message":"unauthorized"}}')
      }
      const keyless = yield* exchange()
      assert.strictEqual((yield* signed(keyless, "rsa-key", path)).status, 401)
      const unreadable = yield* Effect.flip(exchange({ keys: [{ id: "x", publicKeyPem: "nothing" }] }))
      assert.strictEqual(unreadable._tag, "ExchangeNotStarted")
    })
  )

  it.scopedLive("answers with its limits to a key, and to nobody else", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ keys, signedReadTokensPerSecond: 300, usageTier: "advanced" })
      assert.strictEqual((yield* get(x, LIMITS)).status, 401)
      assert.deepStrictEqual(JSON.parse((yield* signed(x, "ed-key", LIMITS)).text), {
        usage_tier: "advanced",
        read: { refill_rate: 300, bucket_capacity: 600 },
        write: { refill_rate: 100, bucket_capacity: 200 },
        grants: []
      })
    })
  )

  it.scopedLive("counts each key against a budget of its own", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ keys, readTokensPerSecond: 0.001, signedReadTokensPerSecond: 0.002 })
      const status = "/exchange/status"
      const statuses = [
        yield* get(x, status),
        yield* get(x, status),
        yield* signed(x, "rsa-key", status),
        yield* signed(x, "rsa-key", status),
        yield* signed(x, "ed-key", status),
        yield* signed(x, "ed-key", status)
      ].map((one) => one.status)
      assert.deepStrictEqual(statuses, [200, 429, 200, 429, 200, 429])
    })
  )
})
