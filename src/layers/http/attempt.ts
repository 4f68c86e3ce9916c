/** Sends one request and reads its answer. */
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { Data, Duration, Effect } from "effect"
import { bodyBytesMax } from "../../domain/ask/limits.ts"
import { inspect } from "../../domain/read/envelope.ts"
import type { RawRequest, RawResponse } from "../../services/KalshiApi.ts"
import { now } from "../clock/now.ts"
import { within } from "../effects/time-limit.ts"
import type { CostOf } from "./account.ts"
import { readBody } from "./body.ts"
import type { RateLimiter } from "./rate-limiter.ts"
import { SIGNING_HEADERS, type Signer } from "./signing.ts"

const USER_AGENT = "kalshi-tape/0.1.0"

const KEPT_HEADERS = new Set(["content-type", "date", "age", "cache-control", "retry-after"])

interface Answer extends Omit<RawResponse, "attempts"> {}

/** A failed attempt, after which another may succeed. */
export class AttemptFailed extends Data.TaggedError("AttemptFailed")<{
  readonly why: string
  readonly retryAfter: Duration.Duration
  /** The answer, if the server gave one that is of no use. */
  readonly answer?: Answer
  /** The status of an answer whose body was too large to be read to its end. */
  readonly tooLarge?: number
}> {}

/** The parts of a request that decide its price and its turn. */
export type RequestTerms = Pick<RawRequest, "endpoint" | "feed" | "background">

export interface FetchOptions {
  /** Signs the requests. Without it they are unsigned. */
  readonly signer?: Signer | undefined
  /** The longest wait for the first byte of an answer. */
  readonly headersTimeout: Duration.DurationInput
  /** The longest wait from the first byte to the last. */
  readonly bodyTimeout: Duration.DurationInput
}

/** Makes the function that sends a request once its price has been paid, and reads the whole answer. */
export const makeFetch = (
  { bodyTimeout, headersTimeout, signer }: FetchOptions,
  limiter: RateLimiter,
  costOf: CostOf
) =>
  Effect.map(HttpClient.HttpClient, (unscoped) => {
    const client = HttpClient.withScope(unscoped)

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
          orFail(headersTimeout, "no answer")
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
          orFail(bodyTimeout, "the body did not end")
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

    return fetch
  })

export const attemptFailed = (why: string) => new AttemptFailed({ why, retryAfter: Duration.zero })

const orFail = (duration: Duration.DurationInput, what: string) =>
  within(duration, attemptFailed(`${what} within ${Duration.format(Duration.decode(duration))}`))

const wordsFor = (error: HttpClientError.HttpClientError): string => {
  const cause = error.cause
  if (!(cause instanceof Error)) return error.message
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined
  // If several addresses refuse the connection, the cause is an AggregateError without a message.
  return cause.message === "" ? (code ?? cause.name) : cause.message
}
