/** Random universes, as the answers that the real projector is told. */
import type { FastCheck as fc } from "effect"
import type { Observation } from "../../../../src/domain/observation.ts"
import { isoMicros } from "../../../../src/domain/units/time.ts"
import { eventBody, stringsMarket } from "../../../domain/read/wire/bodies.ts"
import { stringsTrade } from "../../../domain/read/wire/tape-bodies.ts"
import { answer, SLOT } from "../../sqlite/support.ts"
import { choices, type Drawn, type run } from "./choices.ts"
import {
  type Book,
  type Described,
  EVENT,
  INTERVAL,
  micros,
  NEVER_LISTED,
  type Quote,
  type Run,
  SERIES,
  SHARDS,
  shardOf,
  slotAt,
  TICKERS,
  type Trade,
  tickerOf,
  type Universe
} from "./universe.ts"

const utf8 = new TextEncoder()
const json = (body: unknown): Uint8Array => utf8.encode(JSON.stringify(body))
const dollars = (cents: number): string => (cents / 100).toFixed(4)

const OPENED = SLOT

const marketBody = ({ closeTime, openTime, status, ticker }: Described, quote?: Quote) =>
  stringsMarket({
    ticker,
    status,
    event_ticker: EVENT,
    exchange_index: shardOf(ticker),
    mve_collection_ticker: undefined,
    open_time: isoMicros(openTime),
    close_time: isoMicros(closeTime),
    ...(quote === undefined
      ? {}
      : { yes_bid_dollars: dollars(quote.bid), yes_ask_dollars: dollars(quote.ask) })
  })

/** A listing of the open markets that brings one quote and the description that was received with it. */
export const listingOf = (
  { described }: Pick<Universe, "described">,
  quote: Quote,
  page: number
): Observation =>
  answer(page, {
    slot: quote.slot,
    observedAt: isoMicros(quote.at),
    body: json({
      markets: described
        .filter(({ at, ticker }) => at === quote.at && ticker === quote.ticker)
        .map((one) => marketBody(one, quote)),
      cursor: ""
    })
  })

const closing = (halfSlots: number) => micros(SLOT + halfSlots * (INTERVAL / 2))

/** Makes the universe of random choices. Each answer has a microsecond of its own. */
const universeOf = ({ backfills, slots, states, trades }: Drawn<typeof choices>): Universe => {
  const described: Array<Described> = []
  const quotes: Array<Quote> = []
  const books: Array<Book> = []
  const runs: Array<Run> = []
  const exchange: Array<Universe["exchange"][number]> = []
  const observations: Array<Observation> = []
  let page = 0
  const observe = (at: number, but: Partial<Observation>) => {
    observations.push(answer(page++, { observedAt: isoMicros(at), ...but }))
  }
  const end = (feed: string, k: number, { delay, isOnce, status }: Drawn<typeof run>) => {
    const finished =
      status === "complete" || status === "failed" ? { finished: micros(slotAt(k) + delay + 5) } : {}
    // A slot by `--once` is not missed, and lies on no boundary.
    const once = isOnce && (status === "complete" || status === "failed")
    runs.push({ feed, slot: slotAt(k), interval: once ? null : INTERVAL, status, ...finished })
    return status === "complete" || status === "failed"
  }
  slots.forEach((one, k) => {
    const at = micros(slotAt(k) + one.prices.delay) + k
    if (end("markets", k, one.prices)) {
      const bodies = one.listed.flatMap((found, n) => {
        if (
          found === null ||
          n === NEVER_LISTED ||
          (one.prices.status === "failed" && one.isShort && n > TICKERS / 2)
        )
          return []
        const market = {
          at,
          ticker: tickerOf(n),
          status: "active",
          openTime: micros(OPENED),
          closeTime: closing(found.close)
        }
        const quote = { at, slot: slotAt(k), ticker: tickerOf(n), bid: found.bid, ask: found.ask }
        described.push(market)
        quotes.push(quote)
        return [marketBody(market, quote)]
      })
      observe(at, { slot: slotAt(k), body: json({ markets: bodies, cursor: "" }) })
    }
    const bookAt = micros(slotAt(k) + one.books.delay) + 100 + k
    if (end("orderbooks", k, one.books)) {
      const found = one.sides.flatMap((sides, n) => {
        if (sides === null) return []
        const book = { at: bookAt, slot: slotAt(k), ticker: tickerOf(n), ...sides }
        // A book without bids leaves no row, like one that was not requested.
        if (sides.yes.length + sides.no.length > 0) books.push(book)
        return [book]
      })
      const side = (of: Book["yes"]) => of.map(([cents, size]) => [dollars(cents), size.toFixed(2)])
      observe(bookAt, {
        feed: "orderbooks",
        slot: slotAt(k),
        endpoint: "GET /markets/orderbooks",
        request: "/markets/orderbooks?tickers=A",
        body: json({
          orderbooks: found.map(({ no, ticker, yes }) => ({
            ticker,
            orderbook_fp: { yes_dollars: side(yes), no_dollars: side(no) }
          }))
        })
      })
    }
    end("trades", k, one.trades)
    const saidAt = micros(slotAt(k) + 30) + 200 + k
    const { isShardTrading, trading } = one
    exchange.push({ at: saidAt, slot: slotAt(k), trading, isShardTrading })
    observe(saidAt, {
      feed: "exchange",
      slot: slotAt(k),
      endpoint: "GET /exchange/status",
      request: "/exchange/status",
      body: json({
        exchange_active: true,
        trading_active: trading,
        exchange_index_statuses: [trading, isShardTrading].map((isTrading, n) => ({
          exchange_index: SHARDS[n],
          exchange_active: true,
          trading_active: isTrading
        }))
      })
    })
  })
  states.forEach(({ at: seconds, close, status, ticker }, n) => {
    const at = micros(SLOT + seconds) + 300 + n
    const market = {
      at,
      ticker: tickerOf(ticker),
      status,
      openTime: micros(OPENED),
      closeTime: closing(close)
    }
    described.push(market)
    observe(at, {
      feed: "states",
      endpoint: "GET /markets/{ticker}",
      request: `/markets/${market.ticker}`,
      body: json({ market: marketBody(market) })
    })
  })
  const made = trades.map(({ at, id, price, ticker }): Trade => {
    return {
      id: `${at}-${String(id).padStart(2, "0")}-${ticker}`,
      ticker: tickerOf(ticker),
      at: closing(at),
      price
    }
  })
  observe(micros(SLOT) + 500, {
    feed: "trades",
    endpoint: "GET /markets/trades",
    request: "/markets/trades?limit=1000",
    body: json({
      trades: made.map(({ at, id, price, ticker }) =>
        stringsTrade({
          trade_id: id,
          ticker,
          created_time: isoMicros(at),
          yes_price_dollars: dollars(price),
          no_price_dollars: dollars(100 - price)
        })
      ),
      cursor: ""
    })
  })
  observe(micros(SLOT) + 600, {
    feed: "events",
    endpoint: "GET /events",
    request: "/events?status=open",
    body: json({ events: [eventBody({ event_ticker: EVENT, series_ticker: SERIES })], cursor: "" })
  })
  const asked = backfills.map(({ from, slot, to, ...one }) => ({
    ...one,
    slot: SLOT + slot * (INTERVAL / 2),
    from: from === null ? null : SLOT + from * (INTERVAL / 2),
    to: to === null ? null : SLOT + to * (INTERVAL / 2)
  }))
  observations.sort((one, other) => (one.observedAt < other.observedAt ? -1 : 1))
  return { described, quotes, books, runs, trades: made, backfills: asked, exchange, observations }
}

export const universe: fc.Arbitrary<Universe> = choices.map(universeOf)
