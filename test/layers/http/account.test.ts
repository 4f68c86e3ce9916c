/** The limits and costs that a client with a key requests at its start, and its behaviour without them. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger } from "effect"
import type { HttpOptions } from "../../../src/layers/http/KalshiApi.ts"
import { pemOf, rsa, signerOf } from "./keys.ts"
import { answer, asking, client, server } from "./support.ts"

const signer = signerOf(pemOf(rsa.privateKey))

const limits = (rate: unknown) =>
  JSON.stringify({
    usage_tier: "basic",
    read: { refill_rate: rate, bucket_capacity: 600 },
    write: { refill_rate: 100, bucket_capacity: 100 },
    grants: []
  })

const costs = (...endpoint_costs: ReadonlyArray<readonly [string, string, number]>) =>
  JSON.stringify({
    default_cost: 10,
    endpoint_costs: endpoint_costs.map(([method, path, cost]) => ({ method, path, cost }))
  })

type Reply = readonly [status: number, body: string] | "hang"

interface Script {
  readonly limits?: Reply
  readonly costs?: Reply
  readonly options?: Partial<HttpOptions>
}

const NOTHING_SPECIAL: Reply = [200, costs()]

/** A client against such an exchange; the number of requests in flight shows its budget. */
const starting = (script: Script) =>
  Effect.gen(function* () {
    const warnings: Array<string> = []
    const { arrivals, url } = yield* server((_, response, { url: path = "" }) => {
      const reply = path.endsWith("/limits")
        ? (script.limits ?? [200, limits(200)])
        : path.endsWith("/endpoint_costs")
          ? (script.costs ?? NOTHING_SPECIAL)
          : "hang"
      if (reply !== "hang") answer(response, reply[0], reply[1])
    })
    const base = `${url}/trade-api/v2`
    const options = { signer, readTokensPerSecond: undefined, ...script.options }
    const logger = Logger.make(({ logLevel, message }) => warnings.push(`${logLevel.label} ${message}`))
    const made = yield* Effect.exit(
      client(base, options).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
    )
    const asked = () => arrivals.map(({ path }) => path.replace("/trade-api/v2", ""))
    /** Exactly this many of a hundred requests are sent: none is answered, so no tokens come back. */
    const sends = (expected: number, endpoint = "GET /markets") =>
      Effect.gen(function* () {
        const api = yield* made
        yield* Effect.sleep("1100 millis")
        const before = arrivals.length
        const all = yield* Effect.fork(
          Effect.replicateEffect(api.get(asking("/markets", { endpoint })), 100, { concurrency: "unbounded" })
        )
        while (arrivals.length - before < expected) yield* Effect.sleep("20 millis")
        // Requests beyond the budget would have arrived together with these.
        yield* Effect.sleep("300 millis")
        yield* Fiber.interrupt(all)
        assert.strictEqual(arrivals.length - before, expected)
      })
    return { asked, sends, made, warnings }
  })

describe.concurrent("a client with a key", () => {
  it.scopedLive("requests its limits, and uses them", () =>
    Effect.gen(function* () {
      const { asked, sends, warnings } = yield* starting({ limits: [200, limits(300)] })
      assert.deepStrictEqual(asked(), ["/account/limits", "/account/endpoint_costs"])
      yield* sends(30)
      assert.deepStrictEqual(warnings, [])
    })
  )

  it.scopedLive("uses the limit that the user has set, whatever the exchange grants", () =>
    Effect.gen(function* () {
      const { sends } = yield* starting({
        limits: [200, limits(300)],
        options: { readTokensPerSecond: 70 }
      })
      yield* sends(7)
    })
  )

  for (const [what, reply] of [
    ["403", [403, "<html>"]],
    ["404", [404, '{"error":{"code":"not_found"}}']],
    ["no JSON of that kind", [200, "[]"]],
    ["a rate that is none", [200, limits("fast")]],
    ["a rate of nothing", [200, limits(0)]],
    ["silence", "hang"]
  ] as const) {
    it.scopedLive(`uses 200 tokens and logs a warning if the limits are ${what}`, () =>
      Effect.gen(function* () {
        const { sends, warnings } = yield* starting({ limits: reply })
        // A silent exchange is also reported as silent.
        const ofLimits = warnings.filter((line) => line.includes("/account/limits"))
        assert.strictEqual(ofLimits.length, 1)
        assert.match(ofLimits[0] ?? "", /^WARN \/account\/limits cannot be read/)
        yield* sends(20)
      })
    )
  }

  it.scopedLive("that is refused fails at once, and says which settings to check", () =>
    Effect.gen(function* () {
      const started = performance.now()
      const { made } = yield* starting({
        limits: [401, '{"error":{"code":"INCORRECT_API_KEY_SIGNATURE"}}'],
        costs: "hang"
      })
      // This is before the five seconds that the request for costs may take.
      assert.isBelow(performance.now() - started, 4500)
      const error = yield* Effect.flip(made)
      assert.strictEqual(error._tag, "ExchangeRefused")
      assert.match(
        error.message,
        /401 to \/account\/limits \(INCORRECT_API_KEY_SIGNATURE\).*KALSHI_API_KEY_ID and the private key/
      )
    })
  )

  it.scopedLive("pays the cost of each endpoint, however its path is written", () =>
    Effect.gen(function* () {
      const { sends } = yield* starting({
        costs: [
          200,
          costs(
            ["GET", "/trade-api/v2/markets/{market_ticker}/orderbook", 40],
            ["get", "/markets/orderbooks", 100],
            ["DELETE", "/trade-api/v2/markets", 1]
          )
        ]
      })
      yield* sends(5, "GET /markets/{ticker}/orderbook")
      yield* sends(2, "GET /markets/orderbooks")
      yield* sends(20, "GET /markets")
    })
  )

  it.scopedLive("assumes a cost of ten tokens if it got no costs", () =>
    Effect.gen(function* () {
      const { sends, made, warnings } = yield* starting({ costs: [500, ""] })
      assert.isTrue(Exit.isSuccess(made))
      assert.match(warnings.join(), /endpoint_costs cannot be read/)
      yield* sends(20)
    })
  )
})

describe("a client without a key", () => {
  it.scopedLive("requests nothing at its start, and sends four requests a second", () =>
    Effect.gen(function* () {
      const { asked, sends } = yield* starting({ options: { signer: undefined } })
      assert.deepStrictEqual(asked(), [])
      yield* sends(4)
    })
  )
})
