import { generateKeyPairSync } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import {
  AccountApi,
  Configuration,
  EventsApi,
  ExchangeApi,
  type GetMarketsResponse,
  HistoricalApi,
  type Market,
  MarketApi,
  MarketStatusEnum
} from "kalshi-typescript"
import { exchange, NOON, tickers } from "./support.ts"

describe("the official SDK's client", () => {
  it.scopedLive("lists the open markets by the cursor", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const api = new MarketApi(new Configuration({ basePath: x.url }))
      const pageAfter = (cursor: string | undefined) =>
        Effect.promise(async (): Promise<GetMarketsResponse> => {
          const none = undefined
          const { data } = await api.getMarkets(
            90,
            cursor,
            ...([none, none, none, none, none, none, none, none, none] as const),
            "open",
            none,
            "exclude"
          )
          return data
        })
      const markets: Array<Market> = []
      let cursor: string | undefined
      do {
        const page = yield* pageAfter(cursor)
        markets.push(...page.markets)
        cursor = page.cursor
      } while (cursor !== "")
      const truth = x.universe.openAt(NOON).filter((market) => !market.combo)
      assert.deepStrictEqual(tickers(markets).sort(), tickers(truth).sort())
      for (const market of markets) {
        assert.strictEqual(market.status, MarketStatusEnum.Active)
        assert.match(market.yes_bid_dollars, /^[01]\.\d{4}$/)
        assert.match(market.yes_bid_size_fp, /^\d+\.\d\d$/)
        assert.isAbove(market.price_ranges.length, 0)
        assert.isTrue(Number.isInteger(market.settlement_timer_seconds))
      }
    })
  )

  it.scopedLive("reads one market, its event, its series and the exchange's status", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const configuration = new Configuration({ basePath: x.url })
      const [market] = x.universe.openAt(NOON).filter((one) => !one.combo)
      const ticker = market?.ticker ?? ""
      const got = yield* Effect.promise(() => new MarketApi(configuration).getMarket(ticker))
      assert.strictEqual(got.data.market.ticker, ticker)
      assert.deepStrictEqual(got.data.market, x.universe.marketAt(ticker, NOON))
      const event = yield* Effect.promise(() =>
        new EventsApi(configuration).getEvent(got.data.market.event_ticker, true)
      )
      assert.include(tickers(event.data.event.markets ?? []), ticker)
      const series = yield* Effect.promise(() =>
        new MarketApi(configuration).getSeries(event.data.event.series_ticker)
      )
      assert.strictEqual(series.data.series.ticker, event.data.event.series_ticker)
      const status = yield* Effect.promise(() => new ExchangeApi(configuration).getExchangeStatus())
      assert.isTrue(status.data.exchange_active)
      assert.strictEqual(status.data.exchange_index_statuses?.length, 4)
    })
  )

  it.scopedLive("lists the events by the cursor", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const api = new EventsApi(new Configuration({ basePath: x.url }))
      const names: Array<string> = []
      let cursor = ""
      do {
        const { data } = yield* Effect.promise(() => api.getEvents(50, cursor, true, false, "open"))
        names.push(...data.events.map((event) => event.event_ticker))
        assert.isTrue(data.events.every((event) => (event.markets?.length ?? 0) > 0))
        cursor = data.cursor
      } while (cursor !== "")
      const open = x.universe.openAt(NOON).filter((market) => !market.combo)
      assert.deepStrictEqual(names.sort(), [...new Set(open.map((market) => market.event.ticker))].sort())
    })
  )

  it.scopedLive("signs its requests, and reads books, trades, candles and the archive", () =>
    Effect.gen(function* () {
      const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
      const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString()
      const privateKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString()
      const x = yield* exchange({ keys: [{ id: "sdk", publicKeyPem }] })
      const configuration = new Configuration({ basePath: x.url, apiKey: "sdk", privateKeyPem })
      const [markets, past] = [new MarketApi(configuration), new HistoricalApi(configuration)]
      const limits = yield* Effect.promise(() => new AccountApi(configuration).getAccountApiLimits())
      assert.strictEqual(limits.data.usage_tier, "basic")
      const { data } = yield* Effect.promise(() => markets.getTrades(50))
      assert.deepStrictEqual(
        data.trades,
        x.universe
          .tradesBetween(NOON - 7_200_000, NOON + 0.001)
          .slice(-50)
          .reverse()
      )
      const names = [...new Set(tickers(data.trades))]
      const books = yield* Effect.promise(() => markets.getMarketOrderbooks(names))
      assert.deepStrictEqual(
        books.data.orderbooks,
        names.map((ticker) => ({ orderbook_fp: x.universe.bookAt(ticker, NOON), ticker }))
      )
      const [from, to] = [NOON / 1000 - 7200, NOON / 1000]
      const candles = yield* Effect.promise(() =>
        markets.batchGetMarketCandlesticks(names.join(","), from, to, 60)
      )
      assert.deepStrictEqual(
        candles.data.markets,
        names.map((ticker) => ({
          candlesticks: [...x.universe.candlesOf(ticker, from, to, 60)],
          market_ticker: ticker
        }))
      )
      const archived = yield* Effect.promise(() => past.getHistoricalMarkets(3))
      for (const market of archived.data.markets)
        assert.deepStrictEqual(market, x.universe.archivedAt(market.ticker, NOON))
      const old = yield* Effect.promise(() => past.getTradesHistorical(undefined, undefined, undefined, 5))
      assert.strictEqual(old.data.trades.length, 5)
      assert.isTrue((yield* x.requests).every((one) => one.keyId === "sdk" && one.status === 200))
    })
  )
})
