/**
 * The official SDK's models accept the answers of this exchange: checked by the compiler, with nothing to
 * run.
 */
import type {
  EventData,
  Market,
  MarketCandlestick,
  MarketCandlestickHistorical,
  Series,
  Trade
} from "kalshi-typescript"
import type {
  CandleJson,
  EventJson,
  MarketJson,
  PastCandleJson,
  SeriesJson,
  TradeJson
} from "../../src/simulator/wire/wire.ts"

export const asMarket = (market: MarketJson): Market => market
export const asEvent = (event: EventJson): EventData => event
export const asSeries = (series: SeriesJson): Series => series
export const asTrade = (trade: TradeJson): Trade => trade
export const asPastCandle = (candle: PastCandleJson): MarketCandlestickHistorical => candle
export const asCandle = (candle: CandleJson): MarketCandlestick => candle
