/** Answers about books, trades and candles of the live tier, and about everything in the historical tier. */
import { Either } from "effect"
import { Archive } from "../universe/archive.ts"
import type { Board } from "../universe/board.ts"
import { bookJson, EMPTY } from "../universe/books.ts"
import { candlesOf } from "../universe/candles.ts"
import { SECOND, type Us } from "../universe/instant.ts"
import type { MarketStory } from "../universe/life.ts"
import { type Stretch, Tape } from "../universe/tape.ts"
import { archiveFromUs, cutoffUs, liveFromUs } from "../universe/tiers.ts"
import { candleJson, pastCandleJson } from "../wire/candle-json.ts"
import { marketText } from "../wire/market-json.ts"
import { tradeJson } from "../wire/trade-json.ts"
import type { BookJson } from "../wire/wire.ts"
import { type Answer, badRequest, NOT_FOUND, ok } from "./answer.ts"
import {
  batchCandlesQuery,
  bookTickers,
  type CandlesQuery,
  candlesQuery,
  depthOf,
  pastMarketsQuery,
  type TradesQuery,
  tradesQuery
} from "./data-query.ts"
import type { Read } from "./params.ts"

const answered = <A>(read: Read<A>, answer: (query: A) => Answer): Answer =>
  Either.match(read, { onLeft: badRequest, onRight: answer })

/** Returns candles. Only periods that are over have one, so a candle never changes once it was sent. */
const candlesBy = (market: MarketStory, { fromS, period, toS }: CandlesQuery, at: Us) =>
  candlesOf(market, fromS, Math.min(toS, Math.floor(at / SECOND)), period)

export class MarketData {
  readonly #board: Board
  readonly #tape: Tape
  readonly #archive: Archive

  constructor(board: Board) {
    this.#board = board
    this.#tape = new Tape(board.series.flatMap((series) => series.lanes))
    this.#archive = new Archive(board.series)
  }

  /** Answers with a book. An unknown ticker has an empty one: an empty book says nothing about existence. */
  book(ticker: string, params: URLSearchParams, at: Us): Answer {
    return answered(depthOf(params), (depth) =>
      ok(JSON.stringify({ orderbook_fp: this.#bookOf(ticker, at, depth) }))
    )
  }

  books(params: URLSearchParams, at: Us): Answer {
    return answered(bookTickers(params), (tickers) => {
      const orderbooks = tickers.map((ticker) => ({ orderbook_fp: this.#bookOf(ticker, at, 0), ticker }))
      return ok(JSON.stringify({ orderbooks }))
    })
  }

  trades(params: URLSearchParams, at: Us): Answer {
    return answered(tradesQuery(params), (query) =>
      this.#tradesOf(query, liveFromUs(at), at, (ticker) => this.#live(ticker, at))
    )
  }

  /**
   * Answers with trades. One market's trades go back to its opening, those of all markets to the start of the
   * archive.
   */
  pastTrades(params: URLSearchParams, at: Us): Answer {
    return answered(tradesQuery(params), (query) => {
      const from = query.ticker === undefined ? archiveFromUs(at) : 0
      const find = (ticker: string) => this.#archive.findTraded(ticker, at)
      return this.#tradesOf(query, from, cutoffUs(at) - 1, find)
    })
  }

  /** Answers with the candles of several markets. Tickers that the live tier does not know are left out. */
  batchCandles(params: URLSearchParams, at: Us): Answer {
    return answered(batchCandlesQuery(params), (query) => {
      const markets = query.tickers.flatMap((ticker) => {
        const market = this.#live(ticker, at)
        if (market === undefined) return []
        return [{ candlesticks: candlesBy(market, query, at).map(candleJson), market_ticker: ticker }]
      })
      return ok(JSON.stringify({ markets }))
    })
  }

  candles(series: string, ticker: string, params: URLSearchParams, at: Us): Answer {
    return answered(candlesQuery(params), (query) => {
      const market = this.#live(ticker, at)
      if (market?.event.lane.series.ticker !== series) return NOT_FOUND
      return ok(JSON.stringify({ candlesticks: candlesBy(market, query, at).map(candleJson), ticker }))
    })
  }

  pastCandles(ticker: string, params: URLSearchParams, at: Us): Answer {
    return answered(candlesQuery(params), (query) => {
      const market = this.#archive.find(ticker, at)
      if (market === undefined) return NOT_FOUND
      return ok(JSON.stringify({ candlesticks: candlesBy(market, query, at).map(pastCandleJson), ticker }))
    })
  }

  pastMarkets(params: URLSearchParams, at: Us): Answer {
    return answered(pastMarketsQuery(params), (query) => ok(this.#archive.marketsBody(query, at)))
  }

  pastMarket(ticker: string, at: Us): Answer {
    const market = this.#archive.find(ticker, at)
    return market === undefined ? NOT_FOUND : ok(`{"market":${marketText(market, at)}}`)
  }

  #live(ticker: string, at: Us): MarketStory | undefined {
    const row = this.#board.find(ticker)
    return row === undefined || row.market.createdUs > at ? undefined : row.market
  }

  #bookOf(ticker: string, at: Us, depth: number): BookJson {
    const market = this.#live(ticker, at)
    return market === undefined ? EMPTY : bookJson(market, at, depth)
  }

  /**
   * Returns the trades of the requested part of a tier's tape; none for a ticker that the tier does not know.
   */
  #tradesOf(query: TradesQuery, from: Us, to: Us, find: (ticker: string) => MarketStory | undefined): Answer {
    const { after, blocks, limit, ticker } = query
    const stretch: Stretch = {
      from: Math.max(from, query.from ?? from),
      to: Math.min(to, query.to ?? to),
      blocks
    }
    const market = ticker === undefined ? undefined : find(ticker)
    if (ticker !== undefined && market === undefined) return ok('{"cursor":"","trades":[]}')
    const page =
      market === undefined
        ? this.#tape.ofAll(stretch, limit, after)
        : this.#tape.of(market, stretch, limit, after)
    return ok(JSON.stringify({ cursor: page.cursor, trades: page.items.map(tradeJson) }))
  }
}
