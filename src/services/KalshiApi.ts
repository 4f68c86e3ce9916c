/**
 * The exchange, as raw answers. The adapter retries, signs, and keeps to the request budget and the time limits.
 * Of a body it reads the envelope alone.
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
  /** When the last byte had come: `2026-11-22T12:15:00.123456Z`. */
  readonly observedAt: string
  /** Lower-case names; only `content-type`, `date`, `age`, `cache-control` and `retry-after`. */
  readonly headers: Readonly<Record<string, string>>
  /** How many requests it took, the last one included. */
  readonly attempts: number
}

export interface RawRequest {
  /** Path below the base URL, with its query: `/markets?limit=1000&status=open`. */
  readonly pathAndQuery: string
  /** The route template, which sets the price: `GET /markets/{ticker}`. */
  readonly endpoint: string
  /** Who asks: waiting requests are served feed by feed in turns. */
  readonly feed: string
  /** May be kept waiting for as long as any request that is not in the background waits: a backfill. */
  readonly background: boolean
}

export class KalshiApi extends Context.Tag("kalshi-tape/KalshiApi")<
  KalshiApi,
  {
    readonly baseUrl: string
    /**
     * The final answer to a GET. 408, 429, 5xx, a 2xx that is not 200, transport errors and bodies that are cut
     * short or not JSON are retried with full-jitter back-off; what is left after the last attempt is returned as
     * it is, whatever its status, so that it can be recorded. Fails when there is no answer at all, and with
     * ExchangeRefused when a body is larger than any answer of the exchange (domain/limits.ts): its rest was never
     * read, so there is nothing to record.
     * With a key each attempt is signed anew.
     */
    readonly get: (request: RawRequest) => Effect.Effect<RawResponse, ExchangeUnreachable | ExchangeRefused>
  }
>() {}
