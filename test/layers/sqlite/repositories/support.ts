/**
 * Repositories over a log that a test writes by hand: real SQLite in a folder of its own, filled by the real
 * Projector. A suite takes any `Adapter`, so that another implementation can be tested with it.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Chunk, DateTime, Effect, Layer, Stream } from "effect"
import type { Observation } from "../../../../src/domain/observation.ts"
import { projections } from "../../../../src/domain/read/projections.ts"
import type { UtcTime } from "../../../../src/domain/units/moment.ts"
import { slotSeconds } from "../../../../src/domain/units/time.ts"
import * as SqliteProjector from "../../../../src/layers/projector/Projector.ts"
import * as SqliteDatabase from "../../../../src/layers/sqlite/database/Database.ts"
import { migrate } from "../../../../src/layers/sqlite/database/migrations.ts"
import * as SqliteLog from "../../../../src/layers/sqlite/log/ObservationLog.ts"
import { ObservationLog } from "../../../../src/services/ObservationLog.ts"
import { Projector } from "../../../../src/services/Projector.ts"
import { observe } from "../../../domain/read/observe.ts"
import { type Body, stringsMarket } from "../../../domain/read/wire/bodies.ts"

/** A repository that reads the content of these observations. */
export type Adapter<R> = (observations: ReadonlyArray<Observation>) => Layer.Layer<R, unknown>

const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "kalshi-repositories-"))),
  (made) => Effect.promise(() => rm(made, { recursive: true, force: true }))
)

const projector = SqliteProjector.layer(projections).pipe(Layer.provideMerge(SqliteLog.layer))

/** A migrated database whose tables hold the content of these observations. */
export const recorded = (observations: ReadonlyArray<Observation>) =>
  Layer.scoped(
    SqliteDatabase.Database,
    Effect.gen(function* () {
      const database = yield* SqliteDatabase.make(join(yield* folder, "kalshi.db"), "writer")
      yield* Effect.gen(function* () {
        yield* migrate
        const log = yield* ObservationLog
        yield* Effect.forEach(observations, log.append, { discard: true })
        yield* Effect.flatMap(Projector, ({ catchUp }) => catchUp())
      }).pipe(Effect.provide(projector), Effect.provideService(SqliteDatabase.Database, database))
      return database
    })
  )

export const overSqlite =
  <R>(repository: Layer.Layer<R, never, SqliteDatabase.Database>): Adapter<R> =>
  (observations) =>
    Layer.provide(repository, recorded(observations))

export const at = (text: string): DateTime.Utc => DateTime.unsafeMake(text)

export const utcTime = (iso: string): UtcTime => ({ utc: at(`${iso.slice(0, 23)}Z`), iso })

/** A market that trades, without any field of a settlement. */
export const market = (ticker: string, but: Body = {}): Body =>
  stringsMarket({ ticker, settlement_ts: undefined, settlement_value_dollars: undefined, ...but })

interface Circumstances {
  /** `2026-11-22T12:15:00Z`; also the slot, unless another is given. */
  readonly at: string
  readonly slot?: string
  readonly page?: number
}

const circumstances = ({ at: observed, page = 0, slot }: Circumstances) => ({
  observedAt: observed.length === 20 ? `${observed.slice(0, 19)}.000000Z` : observed,
  slot: slotSeconds(slot ?? observed),
  page
})

/** A page of open markets, with prices. */
export const listing = (when: Circumstances, ...markets: ReadonlyArray<Body>): Observation =>
  observe({ markets, cursor: "" }, circumstances(when))

/** A page of markets without prices. */
export const described = (when: Circumstances, ...markets: ReadonlyArray<Body>): Observation =>
  observe(
    { markets, cursor: "" },
    { feed: "settlements", request: "/markets?status=settled", ...circumstances(when) }
  )

export const eventPage = (when: Circumstances, ...events: ReadonlyArray<Body>): Observation =>
  observe(
    { events, cursor: "" },
    { feed: "events", endpoint: "GET /events", request: "/events?limit=200", ...circumstances(when) }
  )

export const seriesPage = (when: Circumstances, ...series: ReadonlyArray<Body>): Observation =>
  observe({ series }, { feed: "series", endpoint: "GET /series", request: "/series", ...circumstances(when) })

export const collect = <A, E, R>(stream: Stream.Stream<A, E, R>) =>
  Effect.map(Stream.runCollect(stream), Chunk.toReadonlyArray)

/** Page sizes around and beyond the length of a list of `rows`, and some invalid ones. */
export const pageSizes = (rows: number): ReadonlyArray<number> => [
  ...Array.from({ length: rows + 2 }, (_, index) => index + 1),
  0,
  -1,
  2.5,
  Number.NaN,
  Number.POSITIVE_INFINITY
]
