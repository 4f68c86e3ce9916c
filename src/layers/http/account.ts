/**
 * Reads the budget of a key and the prices of the endpoints from the exchange, once at the start. The answers
 * are not recorded. If an answer does not come or cannot be decoded, the defaults apply.
 */
import { Duration, Effect, Either, Schema } from "effect"
import { ExchangeRefused } from "../../domain/errors.ts"
import type { KalshiApi, RawResponse } from "../../services/KalshiApi.ts"
import { within } from "../effects/time-limit.ts"
import { TOKENS_PER_REQUEST } from "./aimd.ts"

const LIMITS = "/account/limits"
const COSTS = "/account/endpoint_costs"

/** The longest wait for an answer, since recording can begin without it. */
const PATIENCE: Duration.DurationInput = "5 seconds"

const Tokens = Schema.Number.pipe(Schema.finite(), Schema.positive())

/** `bucket_capacity`, which the answer has too, is for bursts, which the rate limiter does not make. */
const Limits = Schema.Struct({
  read: Schema.Struct({ refill_rate: Tokens.pipe(Schema.greaterThanOrEqualTo(TOKENS_PER_REQUEST)) })
})

const Costs = Schema.Struct({
  default_cost: Schema.optionalWith(Tokens, { default: () => TOKENS_PER_REQUEST }),
  endpoint_costs: Schema.Array(
    Schema.Struct({ method: Schema.String, path: Schema.String, cost: Schema.Number.pipe(Schema.finite()) })
  )
})

/** Returns the price of a request, in tokens, by its route template such as `GET /markets/{ticker}`. */
export type CostOf = (endpoint: string) => number

export const usualCost: CostOf = () => TOKENS_PER_REQUEST

export interface Account {
  /** The budget, or `undefined` if the exchange did not give it. */
  readonly readTokensPerSecond: number | undefined
  readonly costOf: CostOf
}

type Get = KalshiApi["Type"]["get"]

/** Fails if the exchange does not accept the key or its signature. */
export const readAccount = (get: Get): Effect.Effect<Account, ExchangeRefused> =>
  Effect.gen(function* () {
    const limits = yield* read(get, LIMITS, Limits)
    // The requests are made one after the other, so that an exchange that does not answer is waited for once.
    const costs = limits === "no answer" ? "no answer" : yield* read(get, COSTS, Costs)
    return {
      readTokensPerSecond: typeof limits === "string" ? undefined : limits.read.refill_rate,
      costOf: typeof costs === "string" ? usualCost : costTable(costs)
    }
  })

type Unread = "no answer" | "no use"

const read = <A extends object, I>(
  get: Get,
  path: string,
  schema: Schema.Schema<A, I>
): Effect.Effect<A | Unread, ExchangeRefused> =>
  Effect.gen(function* () {
    const answer = yield* ask(get, path)
    if (Either.isRight(answer) && answer.right.status === 401) return yield* unknownKey(path, answer.right)
    const decoded = Either.flatMap(answer, ({ body, status }) =>
      status === 200 ? decode(schema, body) : Either.left(`HTTP ${status}`)
    )
    if (Either.isRight(decoded)) return decoded.right
    yield* Effect.logWarning(`${path} cannot be read (${decoded.left}); going on with the usual numbers`)
    return Either.isLeft(answer) ? "no answer" : "no use"
  })

const unknownKey = (request: string, { attempts, inspection, status }: RawResponse) =>
  new ExchangeRefused({
    request,
    status,
    why: inspection.error ?? "the key or its signature is not accepted",
    attempts
  })

const ask = (get: Get, path: string): Effect.Effect<Either.Either<RawResponse, string>> =>
  get({ pathAndQuery: path, endpoint: `GET ${path}`, feed: "account", background: false }).pipe(
    Effect.mapError(({ why }) => why),
    within(PATIENCE, Effect.fail(`no answer within ${Duration.format(Duration.decode(PATIENCE))}`)),
    Effect.either
  )

const decode = <A, I>(schema: Schema.Schema<A, I>, body: Uint8Array): Either.Either<A, string> =>
  Schema.decodeUnknownEither(Schema.parseJson(schema))(Buffer.from(body).toString("utf8")).pipe(
    Either.mapLeft(() => "its answer is not understood")
  )

/** Normalises a path: `/trade-api/v2/markets/{ticker}` and `/markets/:ticker` become `/markets/{}`. */
const shapeOf = (path: string): string =>
  path.replace(/^\/trade-api\/v\d+(?=\/)/, "").replace(/\/(\{[^/]*\}|:[^/]+|<[^/]*>)/g, "/{}")

/** A price is at least one token, because a budget from which nothing is taken limits nothing. */
const costTable = ({ default_cost, endpoint_costs }: Schema.Schema.Type<typeof Costs>): CostOf => {
  const costs = new Map(
    endpoint_costs.map(({ cost, method, path }) => [
      `${method.toUpperCase()} ${shapeOf(path)}`,
      Math.max(1, cost)
    ])
  )
  return (endpoint) => {
    const [method = "", path = ""] = endpoint.split(" ")
    return costs.get(`${method} ${shapeOf(path)}`) ?? default_cost
  }
}
