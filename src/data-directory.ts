/** Opens a data directory for programs that import this package. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { Effect, Layer } from "effect"
import { type LogCutShort, type NoDatabase, QueryFailed, type StorageFailed } from "./domain/errors.ts"
import { whyOf } from "./layers/files/error-words.ts"
import * as reader from "./layers/sqlite/database/reader.ts"
import * as SqliteLog from "./layers/sqlite/log/ObservationLog.ts"
import * as SqliteCandlesticks from "./layers/sqlite/repositories/CandlestickRepository.ts"
import * as SqliteEvents from "./layers/sqlite/repositories/EventRepository.ts"
import * as SqliteMarkets from "./layers/sqlite/repositories/MarketRepository.ts"
import * as SqliteOrderBooks from "./layers/sqlite/repositories/OrderBookRepository.ts"
import * as SqlitePrices from "./layers/sqlite/repositories/PriceRepository.ts"
import * as SqliteSeries from "./layers/sqlite/repositories/SeriesRepository.ts"
import * as SqliteSettlements from "./layers/sqlite/repositories/SettlementRepository.ts"
import * as SqliteTrades from "./layers/sqlite/repositories/TradeRepository.ts"
import { Analytics } from "./services/Analytics.ts"
import type { CandlestickRepository } from "./services/CandlestickRepository.ts"
import type { EventRepository } from "./services/EventRepository.ts"
import { LogReader } from "./services/LogReader.ts"
import type { MarketRepository } from "./services/MarketRepository.ts"
import { ObservationLog } from "./services/ObservationLog.ts"
import type { OrderBookRepository } from "./services/OrderBookRepository.ts"
import type { PriceRepository } from "./services/PriceRepository.ts"
import type { SeriesRepository } from "./services/SeriesRepository.ts"
import type { SettlementRepository } from "./services/SettlementRepository.ts"
import type { TradeRepository } from "./services/TradeRepository.ts"

/** The services that a data directory provides. */
export type DataDirectory =
  | Analytics
  | CandlestickRepository
  | EventRepository
  | LogReader
  | MarketRepository
  | OrderBookRepository
  | PriceRepository
  | SeriesRepository
  | SettlementRepository
  | TradeRepository

const repositories = Layer.mergeAll(
  SqliteCandlesticks.layer,
  SqliteEvents.layer,
  SqliteMarkets.layer,
  SqliteOrderBooks.layer,
  SqlitePrices.layer,
  SqliteSeries.layer,
  SqliteSettlements.layer,
  SqliteTrades.layer
)

const logReader = Layer.project(SqliteLog.layer, ObservationLog, LogReader, (log) => log)

/** DuckDB takes a fifth of a second to load, so it is loaded with the first query. */
const analytics = (dataDir: string) =>
  Layer.effect(
    Analytics,
    Effect.gen(function* () {
      const load = yield* Effect.cached(
        Effect.tryPromise({
          try: async () => (await import("./layers/duckdb/query/Analytics.ts")).make({ dataDir }),
          catch: (error) => new QueryFailed({ why: whyOf(error) })
        })
      )
      return {
        open: (request) => Effect.flatMap(load, ({ open }) => open(request)),
        query: (request) => Effect.flatMap(load, ({ query }) => query(request)),
        queryAll: (request) => Effect.flatMap(load, ({ queryAll }) => queryAll(request)),
        writeParquet: (request) => Effect.flatMap(load, ({ writeParquet }) => writeParquet(request))
      }
    })
  )

/**
 * Opens the data directory at `path` for reading, beside a recorder or without one. It takes no lock and writes
 * nothing, and every read sees what is committed at that time. Fails with `NoDatabase` if nothing has been
 * recorded there, with `LogCutShort` if the log was lost, and with `StorageFailed` if it cannot be read. If the
 * tables were built by another version, reading them may fail with `StorageFailed`; `kalshi init` brings them to
 * this version's shape.
 */
export const dataDirectory = (
  path: string
): Layer.Layer<DataDirectory, LogCutShort | NoDatabase | StorageFailed> =>
  Layer.mergeAll(repositories, logReader, analytics(path)).pipe(
    Layer.provide(reader.layer(path)),
    Layer.provide(NodeFileSystem.layer)
  )
