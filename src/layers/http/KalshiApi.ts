/** The exchange over HTTP. */
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Clock, Data, Duration, Effect, Either, Layer, Ref } from "effect"
import { bodyBytesMax } from "../../domain/ask/limits.ts"
import { ExchangeRefused, ExchangeUnreachable } from "../../domain/errors.ts"
import { inspect } from "../../domain/read/envelope.ts"
import { KalshiApi, type RawRequest, type RawResponse } from "../../services/KalshiApi.ts"
import { now } from "../clock/now.ts"
import { within } from "../effects/time-limit.ts"
import { readAccount, usualCost } from "./account.ts"
import { readBody } from "./body.ts"
import * as Budget from "./budget.ts"
import { makeOutage } from "./outage.ts"
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
import { makeSilence } from "./silence.ts"

export interface HttpOptions {
  /** `https://external-api.kalshi.com/trade-api/v2`, without a trailing slash. */
  readonly baseUrl: string
  /**
   * The request budget. Left open it is 40 without a key, which the exchange sustains; with one it is what
   * `/account/limits` says, and until then 200, which any key has.
   */
  readonly readTokensPerSecond?: number | undefined
  /** Without one, requests go unsigned and nothing is asked at the start. */
  readonly signer?: Signer | undefined
  /** Until the first byte of an answer. */
  readonly headersTimeout: Duration.DurationInput
  /** From then until the last. */
  readonly bodyTimeout: Duration.DurationInput
  /** How long to go on trying, all requests together, while the exchange has not given one usable answer. */
  readonly silenceMax: Duration.DurationInput
}

/** Tokens a second. */
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

/** An attempt that is worth another; `answer` when the server did answer, however uselessly. */
class Fruitless extends Data.TaggedError("Fruitless")<{
  readonly why: string
  readonly retryAfter: Duration.Duration
  readonly answer?: Answer
  /** The status of an answer whose body was too large to be read to its end. */
  readonly tooLarge?: number
}> {}

/** What the exchange charges for, and who pays. */
type Asked = Pick<RawRequest, "endpoint" | "feed" | "background">

export const make = (options: HttpOptions) =>
  Effect.gen(function* () {
    const { signer } = options
    const client = HttpClient.withScope(yield* HttpClient.HttpClient)
    const budget = yield* Budget.make(
      options.readTokensPerSecond ?? (signer === undefined ? UNSIGNED_TOKENS : SIGNED_TOKENS)
    )
    const silence = makeSilence(options.silenceMax)
    const outage = yield* makeOutage(options.baseUrl)
    let costOf = usualCost

    const send = (url: string, { background, endpoint, feed }: Asked, onSent: Effect.Effect<void>) =>
      budget.spend(
        { feed, background, tokens: costOf(endpoint) },
        onSent.pipe(
          // Here and not before, so that no time in the line makes the signature old.
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
      asked: Asked,
      onSent: Effect.Effect<void>
    ): Effect.Effect<Answer, Fruitless> =>
      Effect.gen(function* () {
        const response = yield* send(url, asked, onSent)
        const body = yield* readBody(response, bodyBytesMax(asked.endpoint)).pipe(
          Effect.catchTags({
            BodyTooLarge: ({ why }) =>
              new Fruitless({ why, retryAfter: Duration.zero, tooLarge: response.status }),
            BodyBroken: ({ error, why }) => fruitless(error === undefined ? why : wordsFor(error))
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
        Effect.mapError((error) => (error instanceof Fruitless ? error : fruitless(wordsFor(error)))),
        Effect.locallyWith(Headers.currentRedactedNames, (names) => [...names, ...SIGNING_HEADERS])
      )

    /** One request, paid from the budget; fails when another may do better. */
    const attempt = (
      url: string,
      asked: Asked,
      { failures, onSent }: { readonly failures: Effect.Effect<number>; readonly onSent: Effect.Effect<void> }
    ): Effect.Effect<Answer, Fruitless> =>
      Effect.gen(function* () {
        const answer = yield* fetch(url, asked, onSent)
        const retryAfter = parseRetryAfter(answer.headers["retry-after"], yield* Clock.currentTimeMillis)
        const doubtful =
          isDoubtful(answer.status, asked.endpoint) && (yield* failures) + 1 < DOUBTFUL_ATTEMPTS_MAX
        if (doubtful || isTransient(answer.status)) {
          return yield* new Fruitless({ why: `HTTP ${answer.status}`, retryAfter, answer })
        }
        if (answer.status < 300 && !answer.inspection.whole) {
          return yield* new Fruitless({ why: "the body is cut short or not JSON", retryAfter, answer })
        }
        yield* silence.end
        yield* outage.answered
        return answer
      })

    const get: KalshiApi["Type"]["get"] = ({ pathAndQuery, ...asked }) =>
      Effect.gen(function* () {
        const url = `${options.baseUrl}${pathAndQuery}`
        const sent = yield* Ref.make(0)
        const failures = yield* Ref.make<ReadonlyArray<Fruitless>>([])
        const attempts = Ref.get(sent)
        const once = logged(pathAndQuery, attempts, (onSent) =>
          attempt(url, asked, {
            failures: Effect.map(Ref.get(failures), ({ length }) => length),
            onSent: Effect.zipRight(
              Ref.update(sent, (n) => n + 1),
              onSent
            )
          })
        ).pipe(
          Effect.tapError((failure) => Ref.update(failures, (before) => [...before, failure])),
          Effect.tapError(({ why }) => outage.failed(why))
        )
        const again = Effect.retry(once, {
          schedule: backOff,
          while: () =>
            Effect.map(
              Ref.get(failures),
              (all) => all.filter(({ tooLarge }) => tooLarge !== undefined).length < TOO_LARGE_ATTEMPTS_MAX
            )
        })
        const answered = yield* silence
          .bear((mayRetry) => (mayRetry ? again : once), fruitless("no usable answer"))
          .pipe(Effect.either)
        const made = yield* attempts
        if (Either.isRight(answered)) return { ...answered.right, attempts: made }
        const failed = yield* Ref.get(failures)
        const last = failed.findLast(({ answer }) => answer !== undefined)?.answer
        const { tooLarge, why } = failed.at(-1) ?? answered.left
        if (tooLarge !== undefined)
          return yield* new ExchangeRefused({ request: pathAndQuery, status: tooLarge, why, attempts: made })
        return last === undefined
          ? yield* new ExchangeUnreachable({ url: options.baseUrl, attempts: made, why })
          : { ...last, attempts: made }
      }).pipe(
        outage.during,
        Effect.withSpan("KalshiApi.get", { attributes: { request: pathAndQuery, feed: asked.feed } })
      )

    if (signer !== undefined) {
      // A layer is built without interruption: here it may have to wait.
      const account = yield* Effect.interruptible(readAccount(get))
      costOf = account.costOf
      if (options.readTokensPerSecond === undefined && account.readTokensPerSecond !== undefined) {
        yield* budget.grant(account.readTokensPerSecond)
      }
    }
    return KalshiApi.of({ baseUrl: options.baseUrl, get })
  })

const fruitless = (why: string) => new Fruitless({ why, retryAfter: Duration.zero })

const orFail = (duration: Duration.DurationInput, what: string) =>
  within(duration, fruitless(`${what} within ${Duration.format(Duration.decode(duration))}`))

const wordsFor = (error: HttpClientError.HttpClientError): string => {
  const cause = error.cause
  if (!(cause instanceof Error)) return error.message
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined
  // Several addresses refused at once come as an AggregateError without words of its own.
  return cause.message === "" ? (code ?? cause.name) : cause.message
}

export const layer = (options: HttpOptions) =>
  Layer.scoped(KalshiApi, make(options)).pipe(Layer.provide(NodeHttpClient.layerUndici))
