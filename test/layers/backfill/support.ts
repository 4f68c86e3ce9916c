/**
 * Backfills over real SQLite and the local exchange over real HTTP. A gate between the two makes pages small,
 * so that a small exchange has many, and can stop the exchange at any request.
 */
import { Context, Effect, Layer, Ref } from "effect"
import type { BackfillSpec, Selection } from "../../../src/domain/ask/backfill/plan.ts"
import { ExchangeUnreachable } from "../../../src/domain/errors.ts"
import { notJson } from "../../../src/domain/read/envelope.ts"
import * as BackfillLive from "../../../src/layers/backfill/BackfillRunner.ts"
import { defaultOptions, layer as http } from "../../../src/layers/http/KalshiApi.ts"
import * as SqliteBackfillJobs from "../../../src/layers/sqlite/records/BackfillJobs.ts"
import { type BackfillJob, BackfillJobs, type BackfillProgress } from "../../../src/services/BackfillJobs.ts"
import { BackfillRunner } from "../../../src/services/BackfillRunner.ts"
import { KalshiApi, type RawResponse } from "../../../src/services/KalshiApi.ts"
import type { LocalExchange } from "../../../src/simulator/http/server.ts"
import { rowsOf, tablesIn } from "../projector/support.ts"
import { verifyAll } from "../sqlite/support.ts"

/** The outcome of the nth request of an attempt, counted from 1, before it is sent; a number is a status. */
export type Gate = (nth: number, path: string) => "pass" | "never" | "down" | number | Effect.Effect<void>

export const open: Gate = () => "pass"

/** Only this many requests are answered; the others hang or fail. */
export const only =
  (requests: number, then: "never" | "down"): Gate =>
  (nth) =>
    nth <= requests ? "pass" : then

/** An error in the exchange's words. */
const refusal = (status: number): RawResponse => ({
  status,
  body: new TextEncoder().encode(`{"error":{"code":"status_${status}","message":"no"}}`),
  inspection: { ...notJson, whole: true, error: `status_${status}, no` },
  observedAt: "2026-11-22T12:00:00.000000Z",
  headers: {},
  attempts: 1
})

/** Pages with this many items instead of a thousand. */
export const gated = (url: string, gate: Gate, pageSize: number, stopped: Effect.Effect<void>) =>
  Layer.effect(
    KalshiApi,
    Effect.gen(function* () {
      const real = yield* KalshiApi
      const asked = yield* Ref.make(0)
      const inHand = yield* Ref.make(0)
      const settled = Effect.repeat(Effect.delay(Ref.get(inHand), "5 millis"), {
        until: (n) => n === 0
      }).pipe(Effect.zipRight(Effect.sleep("20 millis")))
      return KalshiApi.of({
        baseUrl: real.baseUrl,
        get: (request) =>
          Effect.gen(function* () {
            const nth = yield* Ref.updateAndGet(asked, (n) => n + 1)
            const what = gate(nth, request.pathAndQuery)
            // Answers in flight come first, because an attempt without progress would prove nothing.
            if (what === "never" || what === "down") yield* settled
            if (what === "never") return yield* Effect.zipRight(stopped, Effect.never)
            if (what === "down")
              return yield* new ExchangeUnreachable({ url, attempts: 6, why: "ECONNRESET" })
            if (typeof what === "number") return refusal(what)
            if (what !== "pass") yield* what
            const pathAndQuery = request.pathAndQuery.replace("limit=1000", `limit=${pageSize}`)
            return yield* Effect.acquireUseRelease(
              Ref.update(inHand, (n) => n + 1),
              () => real.get({ ...request, pathAndQuery }),
              () => Ref.update(inHand, (n) => n - 1)
            )
          })
      })
    })
  ).pipe(Layer.provide(http({ ...defaultOptions, baseUrl: url, readTokensPerSecond: 100_000 })))

export const all: Selection = { series: null, event: null, tickers: [], from: null, to: null }

export const spec = (but: Partial<BackfillSpec>): BackfillSpec => ({
  ...all,
  kinds: ["markets", "trades", "candlesticks"],
  period: 60,
  ...but
})

export interface AttemptOptions {
  readonly gate?: Gate
  readonly pageSize?: number
  readonly at: number
  readonly onProgress?: (made: BackfillProgress) => Effect.Effect<void>
  /** Runs when a request hangs. */
  readonly stopped?: Effect.Effect<void>
}

export interface WorkshopOptions {
  readonly gate: Gate
  readonly pageSize?: number
  readonly stopped?: Effect.Effect<void>
  readonly patience?: BackfillLive.Patience
}

/** The services that work on backfills in a folder. */
export const workshop = (
  folder: string,
  x: Pick<LocalExchange, "url">,
  { gate, pageSize = 1000, patience, stopped = Effect.void }: WorkshopOptions
) =>
  (patience === undefined ? BackfillLive.layer : BackfillLive.layerWith(patience)).pipe(
    Layer.provideMerge(SqliteBackfillJobs.layer),
    Layer.provide(gated(x.url, gate, pageSize, stopped)),
    Layer.provideMerge(tablesIn(folder))
  )

/** The life of one process: everything is built again over the folder, as after a restart. */
export const attempt = (
  folder: string,
  x: Pick<LocalExchange, "url">,
  what: BackfillSpec,
  { at, gate = open, onProgress, pageSize = 1000, stopped = Effect.void }: AttemptOptions
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const context = yield* Layer.build(workshop(folder, x, { gate, pageSize, stopped }))
      const backfills = Context.get(context, BackfillJobs)
      yield* backfills.recover
      const job = yield* backfills.request(what, at)
      const ended = yield* Context.get(context, BackfillRunner).work(job, onProgress)
      yield* Effect.provide(verifyAll, context)
      return ended
    })
  )

export const jobIn = (folder: string) =>
  rowsOf(folder, "SELECT status, reason, requests, requests_done, pages, items FROM backfills ORDER BY slot")

export const done = (job: BackfillJob) => `${job.status} ${job.requestsDone}/${job.requests}`

/** The past as a user sees it, without the time and way of recording. */
export const past = (folder: string) => ({
  markets: rowsOf(folder, "SELECT * FROM markets ORDER BY ticker").map(({ observed_at, ...row }) => row),
  settlements: rowsOf(folder, "SELECT * FROM settlements ORDER BY ticker"),
  trades: rowsOf(folder, "SELECT * FROM trades ORDER BY trade_id"),
  candles: rowsOf(folder, "SELECT * FROM candlesticks ORDER BY ticker, period_minutes, end_time")
})

export interface Logged {
  readonly slot: string
  readonly request: string
  readonly page: number
  readonly cursor: string | null
  readonly status: number
}

export const logged = (folder: string): ReadonlyArray<Logged> =>
  rowsOf(folder, "SELECT slot, request, page, cursor, status FROM observations ORDER BY seq").map((row) => ({
    slot: String(row.slot),
    request: String(row.request),
    page: Number(row.page),
    cursor: row.cursor === null ? null : String(row.cursor),
    status: Number(row.status)
  }))
