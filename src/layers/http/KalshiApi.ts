/** The exchange over HTTP. */
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Clock, Data, Duration, Effect, Either, Layer, Metric } from "effect"
import { bodyBytesMax } from "../../domain/ask/limits.ts"
import { ExchangeRefused, ExchangeUnreachable } from "../../domain/errors.ts"
import { inspect } from "../../domain/read/envelope.ts"
import { KalshiApi, type RawRequest, type RawResponse } from "../../services/KalshiApi.ts"
import { now } from "../clock/now.ts"
import { within } from "../effects/time-limit.ts"
import * as Metrics from "../metrics.ts"
import { readAccount, usualCost } from "./account.ts"
import { readBody } from "./body.ts"
import { makeCircuitBreaker } from "./circuit-breaker.ts"
import { makeOutage } from "./outage.ts"
import * as RateLimiter from "./rate-limiter.ts"
import { logged } from "./request-log.ts"
import {
  backOff,
  DOUBTFUL_ATTEMPTS_MAX,
  isDoubtful,
  isTransient,
  parseRetryAfter,
  TOO_LARGE_ATTEMPTS_MAX
} from "./retry.ts"
import { SIGNING_HEADERS, type Signer } from "./signing.ts"

export interface HttpOptions {
  /** `https://external-api.kalshi.com/trade-api/v2`, without a trailing slash. */
  readonly baseUrl: string
  /**
   * The request budget. By default it is 40 without a key, which the exchange sustains. With a key it is what
   * `/account/limits` says, and until then 200, which any key has.
   */
  readonly readTokensPerSecond?: number | undefined
  /** Signs the requests. Without it they are unsigned, and the account is not asked about. */
  readonly signer?: Signer | undefined
  /** The longest wait for the first byte of an answer. */
  readonly headersTimeout: Duration.DurationInput
  /** The longest wait from the first byte to the last. */
  readonly bodyTimeout: Duration.DurationInput
  /** How long all requests together are tried while the exchange has not given one usable answer. */
  readonly silenceMax: Duration.DurationInput
}

/** The budgets, in tokens a second. */
const UNSIGNED_TOKENS = 40
const SIGNED_TOKENS = 200

export const defaultOptions: Omit<HttpOptions, "baseUrl" | "readTokensPerSecond" | "signer"> = {
  headersTimeout: "15 seconds",
  bodyTimeout: "60 seconds",
  silenceMax: "20 seconds"
}

const USER_AGENT = "kalshi-tape/0.1.0"

const KEPT_HEADERS = new Set(["content-type", "date", "age", "cache-control", "retry-after"])

interface Answer extends Omit<RawResponse, "attempts"> {}

/** A failed attempt, after which another may succeed. */
class AttemptFailed extends Data.TaggedError("AttemptFailed")<{
  readonly why: string
  readonly retryAfter: Duration.Duration
  /** The answer, if the server gave one that is of no use. */
  readonly answer?: Answer
  /** The status of an answer whose body was too large to be read to its end. */
  readonly tooLarge?: number
}> {}

/** The parts of a request that decide its price and its turn. */
type RequestTerms = Pick<RawRequest, "endpoint" | "feed" | "background">

export const make = (options: HttpOptions) =>
  Effect.gen(function* () {
    const { signer } = options
    const client = HttpClient.withScope(yield* HttpClient.HttpClient)
    const limiter = yield* RateLimiter.make(
      options.readTokensPerSecond ?? (signer === undefined ? UNSIGNED_TOKENS : SIGNED_TOKENS)
    )
    const breaker = makeCircuitBreaker(options.silenceMax)
    const outage = yield* makeOutage(options.baseUrl)
    let costOf = usualCost

    const send = (url: string, { background, endpoint, feed }: RequestTerms, onSent: Effect.Effect<void>) =>
      limiter.spend(
        { feed, background, tokens: costOf(endpoint) },
        onSent.pipe(
          // The request is signed when it is sent, so that no wait in the queue makes the signature old.
          Effect.zipRight(signer === undefined ? Effect.succeed({}) : signer.headersFor("GET", url)),
          Effect.flatMap((signature) =>
            client.execute(
              HttpClientRequest.get(url).pipe(
                HttpClientRequest.setHeaders({
                  accept: "application/json",
                  "accept-encoding": "gzip",
                  "accept-language": "en",
                  "user-agent": USER_AGENT,
                  ...signature
                })
              )
            )
          ),
          orFail(options.headersTimeout, "no answer")
        ),
        ({ status }) => (status === 429 ? "too fast" : status < 500 ? "fine" : "nothing")
      )

    const fetch = (
      url: string,
      terms: RequestTerms,
      onSent: Effect.Effect<void>
    ): Effect.Effect<Answer, AttemptFailed> =>
      Effect.gen(function* () {
        const response = yield* send(url, terms, onSent)
        const body = yield* readBody(response, bodyBytesMax(terms.endpoint)).pipe(
          Effect.catchTags({
            BodyTooLarge: ({ why }) =>
              new AttemptFailed({ why, retryAfter: Duration.zero, tooLarge: response.status }),
            BodyBroken: ({ error, why }) => attemptFailed(error === undefined ? why : wordsFor(error))
          }),
          orFail(options.bodyTimeout, "the body did not end")
        )
        const observedAt = yield* now
        const headers = Object.fromEntries(
          Object.entries(response.headers).filter(([name]) => KEPT_HEADERS.has(name))
        )
        return {
          status: response.status,
          body,
          inspection: inspect(body),
          observedAt,
          headers
        }
      }).pipe(
        Effect.scoped,
        Effect.mapError((error) => (error instanceof AttemptFailed ? error : attemptFailed(wordsFor(error)))),
        Effect.locallyWith(Headers.currentRedactedNames, (names) => [...names, ...SIGNING_HEADERS])
      )

    /** Makes one attempt, and fails if another may succeed. `nth` counts the attempts from 1. */
    const attempt = (url: string, terms: RequestTerms, nth: number, onSent: Effect.Effect<void>) =>
      Effect.gen(function* () {
        const answer = yield* fetch(url, terms, onSent)
        if (answer.status === 429) yield* Metric.increment(Metrics.rateLimited)
        const retryAfter = parseRetryAfter(answer.headers["retry-after"], yield* Clock.currentTimeMillis)
        const doubtful = isDoubtful(answer.status, terms.endpoint) && nth < DOUBTFUL_ATTEMPTS_MAX
        if (doubtful || isTransient(answer.status))
          return yield* new AttemptFailed({ why: `HTTP ${answer.status}`, retryAfter, answer })
        if (answer.status < 300 && !answer.inspection.whole)
          return yield* new AttemptFailed({ why: "the body is cut short or not JSON", retryAfter, answer })
        yield* breaker.close
        yield* outage.answered
        return answer
      })

    const get: KalshiApi["Type"]["get"] = ({ pathAndQuery, ...terms }) =>
      Effect.gen(function* () {
        const url = `${options.baseUrl}${pathAndQuery}`
        let attempts = 0
        const failures: Array<AttemptFailed> = []
        const count = Effect.suspend(() => {
          attempts += 1
          return Metric.increment(Metrics.attempts)
        })
        const once = logged(
          pathAndQuery,
          () => attempts,
          (onSent) => attempt(url, terms, failures.length + 1, Effect.zipRight(count, onSent))
        ).pipe(
          Effect.tapError((failure) => {
            failures.push(failure)
            return outage.failed(failure.why)
          })
        )
        const again = Effect.retry(once, {
          schedule: backOff,
          while: () =>
            failures.filter(({ tooLarge }) => tooLarge !== undefined).length < TOO_LARGE_ATTEMPTS_MAX
        })
        const answered = yield* breaker
          .run((mayRetry) => (mayRetry ? again : once), attemptFailed("no usable answer"))
          .pipe(Effect.either)
        if (Either.isRight(answered)) return { ...answered.right, attempts }
        const last = failures.findLast(({ answer }) => answer !== undefined)?.answer
        const { tooLarge, why } = failures.at(-1) ?? answered.left
        if (tooLarge !== undefined)
          return yield* new ExchangeRefused({ request: pathAndQuery, status: tooLarge, why, attempts })
        return last === undefined
          ? yield* new ExchangeUnreachable({ url: options.baseUrl, attempts, why })
          : { ...last, attempts }
      }).pipe(
        outage.during,
        Effect.withSpan("KalshiApi.get", { attributes: { request: pathAndQuery, feed: terms.feed } })
      )

    if (signer !== undefined) {
      // A layer is built uninterruptibly, and the account may have to be waited for.
      const account = yield* Effect.interruptible(readAccount(get))
      costOf = account.costOf
      if (options.readTokensPerSecond === undefined && account.readTokensPerSecond !== undefined) {
        yield* limiter.grant(account.readTokensPerSecond)
      }
    }
    return KalshiApi.of({ baseUrl: options.baseUrl, get })
  })

const attemptFailed = (why: string) => new AttemptFailed({ why, retryAfter: Duration.zero })

const orFail = (duration: Duration.DurationInput, what: string) =>
  within(duration, attemptFailed(`${what} within ${Duration.format(Duration.decode(duration))}`))

const wordsFor = (error: HttpClientError.HttpClientError): string => {
  const cause = error.cause
  if (!(cause instanceof Error)) return error.message
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined
  // If several addresses refuse the connection, the cause is an AggregateError without a message.
  return cause.message === "" ? (code ?? cause.name) : cause.message
}

export const layer = (options: HttpOptions) =>
  Layer.scoped(KalshiApi, make(options)).pipe(Layer.provide(NodeHttpClient.layerUndici))
