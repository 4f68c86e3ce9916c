/**
 * The library. `dataDirectory` is the layer that opens a recording; the services read it. Everything here reads
 * only: `kalshi` records.
 */
export { type DataDirectory, dataDirectory } from "./data-directory.ts"
export { LogCutShort, LogDamaged, NoDatabase, QueryFailed, StorageFailed } from "./domain/errors.ts"
export { type FeeOrder, orderFee, rateOf } from "./domain/fee.ts"
export type { LogEntry, LoggedObservation } from "./domain/observation.ts"
export {
  depthTo,
  type Fill,
  fill,
  type Level,
  levelsFor,
  type Order,
  type OrderBook,
  type Side
} from "./domain/read/orderbooks/orderbook.ts"
export type { SentTime } from "./domain/read/record.ts"
export type { ReportSource } from "./domain/reports/document.ts"
export type { Moment, TimeRange, UtcTime } from "./domain/units/moment.ts"
export type { SlotSeconds } from "./domain/units/time.ts"
export {
  Analytics,
  ExactNumber,
  type ManyQueries,
  type ManyResults,
  type OpenAnswer,
  type QueryColumn,
  type QueryLimits,
  type QueryParameters,
  type QueryProblem,
  type QueryRequest,
  type QueryResult,
  type QueryRow,
  type QueryValue
} from "./services/Analytics.ts"
export { type CandlestickRecord, CandlestickRepository } from "./services/CandlestickRepository.ts"
export { type EventRecord, EventRepository } from "./services/EventRepository.ts"
export { LogReader } from "./services/LogReader.ts"
export { type MarketRecord, MarketRepository, type Paging } from "./services/MarketRepository.ts"
export type { LogHead, LogRange } from "./services/ObservationLog.ts"
export { type OrderBookRecord, OrderBookRepository } from "./services/OrderBookRepository.ts"
export { type PriceRecord, PriceRepository } from "./services/PriceRepository.ts"
export { type SeriesRecord, SeriesRepository } from "./services/SeriesRepository.ts"
export { type SettlementRecord, SettlementRepository } from "./services/SettlementRepository.ts"
export { type TradeRecord, TradeRepository, type Volume } from "./services/TradeRepository.ts"
