/** The Recorder over a real log in a folder of its own; the exchange is a script, or the local one. */

import { FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { Context, Effect, Layer } from "effect"
import type { Feed } from "../../../src/domain/ask/feed.ts"
import type { FeedRequest } from "../../../src/domain/ask/request.ts"
import { ExchangeUnreachable } from "../../../src/domain/errors.ts"
import { inspect } from "../../../src/domain/read/envelope.ts"
import { now } from "../../../src/layers/clock/now.ts"
import { databasePath } from "../../../src/layers/files/data-dir.ts"
import * as RecorderLive from "../../../src/layers/recorder/Recorder.ts"
import { Database, make } from "../../../src/layers/sqlite/database/Database.ts"
import { migrate } from "../../../src/layers/sqlite/database/migrations.ts"
import * as SqliteLog from "../../../src/layers/sqlite/log/ObservationLog.ts"
import * as SqliteMarketSets from "../../../src/layers/sqlite/MarketSets.ts"
import * as SqliteRuns from "../../../src/layers/sqlite/records/CollectionRuns.ts"
import { CollectionRuns } from "../../../src/services/CollectionRuns.ts"
import { KalshiApi } from "../../../src/services/KalshiApi.ts"
import { ObservationLog } from "../../../src/services/ObservationLog.ts"
import { Recorder } from "../../../src/services/Recorder.ts"

export interface Observed {
  readonly seq: number
  readonly page: number
  readonly request: string
  readonly cursor: string | null
  readonly status: number
}

export interface Ran {
  readonly slot: string
  readonly status: string
  readonly reason: string | null
  readonly pages: number
  readonly items: number
  readonly watermark: string | null
  readonly started_at: string | null
  readonly finished_at: string | null
}

const database = Layer.scoped(
  Database,
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const folder = yield* files.makeTempDirectoryScoped({ prefix: "kalshi-tape-" })
    const opened = yield* make(databasePath(folder), "writer")
    yield* Effect.provideService(migrate, Database, opened)
    return opened
  })
).pipe(Layer.provide(NodeFileSystem.layer))

export const recordingOver = <E, R>(api: Layer.Layer<KalshiApi, E, R>) =>
  Effect.gen(function* () {
    const context = yield* Layer.build(
      RecorderLive.layer.pipe(
        Layer.provide(Layer.merge(api, SqliteMarketSets.layer)),
        Layer.provideMerge(Layer.merge(SqliteLog.layer, SqliteRuns.layer)),
        Layer.provideMerge(database)
      )
    )
    const { sql } = Context.get(context, Database)
    return {
      sql,
      recorder: Context.get(context, Recorder),
      log: Context.get(context, ObservationLog),
      runs: Context.get(context, CollectionRuns),
      observations: sql<Observed>`SELECT seq, page, request, cursor, status FROM observations ORDER BY seq`,
      ran: sql<Ran>`
        SELECT slot, status, reason, pages, items, watermark, started_at, finished_at
        FROM collection_runs ORDER BY slot
      `
    }
  })

/** The answer of a scripted exchange: a status and a body, no answer, or no answer yet. */
export type Reply = { readonly status: number; readonly body: string } | "silence" | "never"

/** A request for a path, with its cursor; the number of rows in the log at that time is noted. */
export interface Asked {
  readonly path: string
  readonly rows: number
}

export const scripted = (script: (cursor: string | null, path: string, nth: number) => Reply) =>
  Effect.gen(function* () {
    const asked: Array<Asked> = []
    const counting: { rows: Effect.Effect<number> } = { rows: Effect.succeed(0) }
    const api = KalshiApi.of({
      baseUrl: "http://scripted/trade-api/v2",
      get: ({ pathAndQuery }) =>
        Effect.gen(function* () {
          asked.push({ path: pathAndQuery, rows: yield* counting.rows })
          const cursor = new URLSearchParams(pathAndQuery.split("?")[1] ?? "").get("cursor")
          const reply = script(cursor, pathAndQuery, asked.length)
          if (reply === "never") return yield* Effect.never
          if (reply === "silence") {
            return yield* new ExchangeUnreachable({ url: "http://scripted", attempts: 10, why: "ECONNRESET" })
          }
          const body = Buffer.from(reply.body)
          return {
            status: reply.status,
            body,
            inspection: inspect(body),
            observedAt: yield* now,
            headers: {},
            attempts: 1
          }
        })
    })
    const recording = yield* recordingOver(Layer.succeed(KalshiApi, api))
    counting.rows = recording.sql<{ n: number }>`SELECT count(*) AS n FROM observations`.pipe(
      Effect.map(([row]) => row?.n ?? 0),
      Effect.orDie
    )
    return { ...recording, asked }
  })

export const page = (items: ReadonlyArray<unknown> | null, cursor?: unknown): Reply => ({
  status: 200,
  body: JSON.stringify({ ...(cursor === undefined ? {} : { cursor }), markets: items })
})

const request: FeedRequest = {
  endpoint: "GET /markets",
  path: "/markets",
  query: { status: "open", limit: "3" },
  items: "markets",
  paged: true
}

export const REQUEST = "/markets?limit=3&status=open"

/** A feed of one listing, or of several. */
export const feedOf = (...requests: ReadonlyArray<Partial<FeedRequest>>): Feed => ({
  name: "markets",
  about: "a listing",
  everySeconds: 900,
  requests: () => (requests.length === 0 ? [request] : requests.map((one) => ({ ...request, ...one })))
})

/** 2026-11-22T12:15:00Z. */
export const SLOT = Date.UTC(2026, 10, 22, 12, 15) / 1000
