/** The exchange over HTTP. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Clock, type Duration, Effect, Either, Layer, Metric } from "effect"
import { ExchangeRefused, ExchangeUnreachable } from "../../domain/errors.ts"
import { KalshiApi } from "../../services/KalshiApi.ts"
import * as Metrics from "../metrics.ts"
import { readAccount, usualCost } from "./account.ts"
import { AttemptFailed, attemptFailed, type FetchOptions, makeFetch, type RequestTerms } from "./attempt.ts"
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
import { makeSilenceLimit } from "./silence-limit.ts"

export interface HttpOptions extends FetchOptions {
  /** `https://external-api.kalshi.com/trade-api/v2`, without a trailing slash. */
  readonly baseUrl: string
  /**
   * The request budget. By default it is 40 without a key, which the exchange sustains. With a key it is what
   * `/account/limits` says, and until then 200, which any key has.
   */
  readonly readTokensPerSecond?: number | undefined
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

export const make = (options: HttpOptions) =>
  Effect.gen(function* () {
    const { signer } = options
    const limiter = yield* RateLimiter.make(
      options.readTokensPerSecond ?? (signer === undefined ? UNSIGNED_TOKENS : SIGNED_TOKENS)
    )
    const silence = makeSilenceLimit(options.silenceMax)
    const outage = yield* makeOutage(options.baseUrl)
    let costOf = usualCost
    const fetch = yield* makeFetch(options, limiter, (endpoint) => costOf(endpoint))

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
        yield* silence.answered
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
        const answered = yield* silence
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

export const layer = (options: HttpOptions) =>
  Layer.scoped(KalshiApi, make(options)).pipe(Layer.provide(NodeHttpClient.layerUndici))
