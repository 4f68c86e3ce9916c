/** The official SDK's models accept what this exchange sends: checked by the compiler, nothing to run. */
import type { EventData, Market, Series } from "kalshi-typescript"
import type { EventJson, MarketJson, SeriesJson } from "../../../src/layers/local-exchange/wire.ts"

export const asMarket = (market: MarketJson): Market => market
export const asEvent = (event: EventJson): EventData => event
export const asSeries = (series: SeriesJson): Series => series
