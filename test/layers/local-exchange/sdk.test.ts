import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import {
  Configuration,
  EventsApi,
  ExchangeApi,
  type GetMarketsResponse,
  type Market,
  MarketApi,
  MarketStatusEnum
} from "kalshi-typescript"
import { exchange, NOON, tickers } from "./support.ts"

describe("the official SDK's client", () => {
  it.scopedLive("walks the open markets through the cursor", () =>
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

  it.scopedLive("walks the events through the cursor", () =>
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
})
