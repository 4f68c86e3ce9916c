/** The repositories of SQLite, tested with the suites of their ports. */
import * as Candlesticks from "../../../../src/layers/sqlite/repositories/CandlestickRepository.ts"
import * as Events from "../../../../src/layers/sqlite/repositories/EventRepository.ts"
import * as Markets from "../../../../src/layers/sqlite/repositories/MarketRepository.ts"
import * as Prices from "../../../../src/layers/sqlite/repositories/PriceRepository.ts"
import * as Series from "../../../../src/layers/sqlite/repositories/SeriesRepository.ts"
import * as Settlements from "../../../../src/layers/sqlite/repositories/SettlementRepository.ts"
import { awaitingSuite } from "./awaiting-suite.ts"
import { candlestickSuite } from "./candlestick-suite.ts"
import { categorySuite } from "./category-suite.ts"
import { eventSuite } from "./event-suite.ts"
import { marketSuite } from "./market-suite.ts"
import { priceSuite } from "./price-suite.ts"
import { seriesSuite } from "./series-suite.ts"
import { settlementSuite } from "./settlement-suite.ts"
import { overSqlite } from "./support.ts"

eventSuite("SQLite", overSqlite(Events.layer))
awaitingSuite("SQLite", overSqlite(Markets.layer))
marketSuite("SQLite", overSqlite(Markets.layer))
priceSuite("SQLite", overSqlite(Prices.layer))
settlementSuite("SQLite", overSqlite(Settlements.layer))
categorySuite("SQLite", overSqlite(Markets.layer))
candlestickSuite("SQLite", overSqlite(Candlesticks.layer))
seriesSuite("SQLite", overSqlite(Series.layer))
