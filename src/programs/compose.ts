/** The layers of the service, put together for those who write and those who only read. */
import * as FileSystem from "@effect/platform/FileSystem"
import { Effect, Layer } from "effect"
import { NoDatabase, StorageFailed } from "../domain/errors.ts"
import { projections } from "../domain/projections/all.ts"
import * as BackfillLive from "../layers/backfill/Backfill.ts"
import * as CollectorLive from "../layers/collector/Collector.ts"
import { databasePath } from "../layers/data-dir.ts"
import * as Http from "../layers/http/KalshiApi.ts"
import type { Signer } from "../layers/http/signing.ts"
import * as ThreadInterpreter from "../layers/interpreter/thread.ts"
import * as ProjectorLive from "../layers/projector/Projector.ts"
import * as RecorderLive from "../layers/recorder/Recorder.ts"
import * as ReplayLive from "../layers/replay/Replay.ts"
import * as SchedulerLive from "../layers/scheduler/Scheduler.ts"
import * as SqliteArchive from "../layers/sqlite/Archive.ts"
import * as SqliteBackfills from "../layers/sqlite/Backfills.ts"
import * as SqliteRuns from "../layers/sqlite/CollectionRuns.ts"
import * as SqliteDatabase from "../layers/sqlite/Database.ts"
import { Database } from "../layers/sqlite/Database.ts"
import { claim } from "../layers/sqlite/exchange-identity.ts"
import { migrate } from "../layers/sqlite/migrations.ts"
import * as SqliteLog from "../layers/sqlite/ObservationLog.ts"
import * as SqliteRoster from "../layers/sqlite/Roster.ts"
import * as CandlestickRepository from "../layers/sqlite/repositories/CandlestickRepository.ts"
import * as EventRepository from "../layers/sqlite/repositories/EventRepository.ts"
import * as MarketRepository from "../layers/sqlite/repositories/MarketRepository.ts"
import * as OrderBookRepository from "../layers/sqlite/repositories/OrderBookRepository.ts"
import * as PriceRepository from "../layers/sqlite/repositories/PriceRepository.ts"
import * as SeriesRepository from "../layers/sqlite/repositories/SeriesRepository.ts"
import * as SettlementRepository from "../layers/sqlite/repositories/SettlementRepository.ts"
import * as TradeRepository from "../layers/sqlite/repositories/TradeRepository.ts"
import * as WriterLock from "../layers/sqlite/WriterLock.ts"

/** Locked, open and of this version's shape, before anything is built on it. */
const writerDatabase = (dataDir: string, program: string) =>
  Layer.scoped(
    Database,
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      yield* files
        .makeDirectory(dataDir, { recursive: true })
        .pipe(
          Effect.mapError(
            (error) => new StorageFailed({ operation: `making ${dataDir}`, why: error.message })
          )
        )
      yield* WriterLock.acquire(dataDir, program)
      const database = yield* SqliteDatabase.make(databasePath(dataDir), "writer")
      yield* Effect.provideService(migrate, Database, database)
      return database
    })
  )

const readerDatabase = (dataDir: string) =>
  Layer.scoped(
    Database,
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const exists = yield* Effect.orElseSucceed(files.exists(databasePath(dataDir)), () => false)
      if (!exists) return yield* new NoDatabase({ dataDir })
      return yield* SqliteDatabase.make(databasePath(dataDir), "reader")
    })
  )

const log = Layer.mergeAll(SqliteLog.layer, SqliteRuns.layer)

const tables = (dataDir: string) =>
  Layer.merge(ProjectorLive.layer(projections), ReplayLive.layer(dataDir, projections)).pipe(
    Layer.provideMerge(log),
    Layer.provideMerge(ThreadInterpreter.layer)
  )

/** A data directory to write: the log, the record of slots, the tables. */
export const writer = (dataDir: string, program: string) =>
  tables(dataDir).pipe(Layer.provideMerge(writerDatabase(dataDir, program)))

const repositories = Layer.mergeAll(
  CandlestickRepository.layer,
  EventRepository.layer,
  MarketRepository.layer,
  OrderBookRepository.layer,
  PriceRepository.layer,
  SeriesRepository.layer,
  SettlementRepository.layer,
  TradeRepository.layer
)

/** A data directory to read, beside a writer or not: the log, the tables, and the repositories over them. */
export const reader = (dataDir: string) =>
  Layer.merge(tables(dataDir), repositories).pipe(Layer.provideMerge(readerDatabase(dataDir)))

/** Asking for a backfill in a directory that somebody else writes: one row, and no lock. */
export const asking = (dataDir: string) =>
  SqliteBackfills.layer.pipe(
    Layer.provide(Layer.scoped(Database, SqliteDatabase.make(databasePath(dataDir), "writer")))
  )

export interface RecordingOptions {
  readonly dataDir: string
  readonly program: string
  readonly apiUrl: string
  /** Left open, it depends on the key. */
  readonly readTokensPerSecond?: number | undefined
  /** Signs the requests; without one they go unsigned. */
  readonly signer?: Signer | undefined
  readonly allowOtherExchange: boolean
  readonly http?: Partial<Http.HttpOptions>
}

/** A data directory and the exchange that it records. */
export const recording = (options: RecordingOptions) => {
  const { allowOtherExchange, apiUrl, dataDir, program, readTokensPerSecond, signer } = options
  const http = Http.layer({
    ...Http.defaultOptions,
    ...options.http,
    baseUrl: apiUrl,
    readTokensPerSecond,
    signer
  })
  const claimed = Layer.effectDiscard(claim({ dataDir, baseUrl: apiUrl, allowOther: allowOtherExchange }))
  return Layer.merge(CollectorLive.layer, BackfillLive.layer).pipe(
    Layer.provide(Layer.merge(RecorderLive.layer, SchedulerLive.layer)),
    Layer.provide(Layer.mergeAll(SqliteRoster.layer, SqliteArchive.layer)),
    Layer.provide(http),
    Layer.provideMerge(SqliteBackfills.layer),
    Layer.provideMerge(claimed.pipe(Layer.provideMerge(writer(dataDir, program))))
  )
}
