/**
 * The exchange, as raw answers. The adapter retries, signs, and keeps to the request budget and the time limits.
 * It reads only the envelope of a body.
 */
import { Context, type Effect } from "effect"
import type { ExchangeRefused, ExchangeUnreachable } from "../domain/errors.ts"
import type { Inspection } from "../domain/read/envelope.ts"

export interface RawResponse {
  readonly status: number
  /** The bytes as the server composed them: transfer compression undone, nothing else touched. */
  readonly body: Uint8Array
  /** The envelope of the body. */
  readonly inspection: Inspection
  /** The time at which the last byte had come: `2026-11-22T12:15:00.123456Z`. */
  readonly observedAt: string
  /** The headers by their lower-case names: `content-type`, `date`, `age`, `cache-control` and `retry-after`. */
  readonly headers: Readonly<Record<string, string>>
  /** The number of requests that were sent, the last one included. */
  readonly attempts: number
}

export interface RawRequest {
  /** Path below the base URL, with its query: `/markets?limit=1000&status=open`. */
  readonly pathAndQuery: string
  /** The route template, which sets the price: `GET /markets/{ticker}`. */
  readonly endpoint: string
  /** The feed that asks. Waiting requests are served in turns, feed by feed. */
  readonly feed: string
  /** Whether the request waits as long as a request of the foreground does, as those of a backfill do. */
  readonly background: boolean
}

export class KalshiApi extends Context.Tag("kalshi-tape/KalshiApi")<
  KalshiApi,
  {
    readonly baseUrl: string
    /**
     * Returns the final answer to a GET. 408, 429, 5xx, a 2xx that is not 200, transport errors, and bodies that
     * are cut short or not JSON are retried with full-jitter back-off. The answer to the last attempt is returned
     * whatever its status, so that it can be recorded. Fails if there is no answer at all, and with
     * ExchangeRefused if a body is larger than any answer of the exchange (domain/ask/limits.ts): the rest of it
     * was not read, so there is nothing to record. With a key each attempt has a signature of its own.
     */
    readonly get: (request: RawRequest) => Effect.Effect<RawResponse, ExchangeUnreachable | ExchangeRefused>
  }
>() {}
