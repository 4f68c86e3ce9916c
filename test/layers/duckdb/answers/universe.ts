/**
 * A small random universe of markets over two hours: what was received and when, and how each run ended. It is told to
 * the real projector, and `expected.ts` answers questions about it without any table.
 */
import { FastCheck as fc } from "effect"
import type { Observation } from "../../../../src/domain/observation.ts"
import { isoMicros, slotText } from "../../../../src/domain/units/time.ts"
import { stringsMarket } from "../../../domain/read/wire/bodies.ts"
import { stringsTrade } from "../../../domain/read/wire/tape-bodies.ts"
import { answer, SLOT } from "../../sqlite/support.ts"

export const INTERVAL = 900
const SLOTS = 8
export const TICKERS = 12

/** Times are microseconds since 1970. */
export interface Described {
  readonly at: number
  readonly ticker: string
  readonly status: string
  readonly openTime: number
  readonly closeTime: number
}

export interface Quote {
  readonly at: number
  readonly slot: number
  readonly ticker: string
  /** Cents of YES. */
  readonly bid: number
  readonly ask: number
}

export interface Book {
  readonly at: number
  readonly slot: number
  readonly ticker: string
  /** Cents and contracts of each bid. */
  readonly yes: ReadonlyArray<readonly [number, number]>
  readonly no: ReadonlyArray<readonly [number, number]>
}

export interface Run {
  readonly feed: string
  /** Seconds since 1970. */
  readonly slot: number
  /** `null` of a run by `--once`. */
  readonly interval: number | null
  readonly status: "complete" | "failed" | "missed" | "skipped" | "running"
  readonly finished?: number
}

export interface Trade {
  readonly id: string
  readonly ticker: string
  readonly at: number
  /** Cents of YES. */
  readonly price: number
}

export interface Universe {
  readonly described: ReadonlyArray<Described>
  readonly quotes: ReadonlyArray<Quote>
  readonly books: ReadonlyArray<Book>
  readonly runs: ReadonlyArray<Run>
  readonly trades: ReadonlyArray<Trade>
  readonly exchange: ReadonlyArray<{ readonly at: number; readonly slot: number; readonly trading: boolean }>
  readonly observations: ReadonlyArray<Observation>
}

export const tickerOf = (n: number): string => `KXA-${n}`
export const slotAt = (k: number): number => SLOT + k * INTERVAL
const micros = (seconds: number): number => seconds * 1_000_000

/** What an arbitrary makes. */
type Drawn<A> = A extends fc.Arbitrary<infer Value> ? Value : never

const utf8 = new TextEncoder()
const json = (body: unknown): Uint8Array => utf8.encode(JSON.stringify(body))
const dollars = (cents: number): string => (cents / 100).toFixed(4)

const ends = fc.oneof(
  { arbitrary: fc.constant<Run["status"]>("complete"), weight: 5 },
  { arbitrary: fc.constantFrom<Run["status"]>("failed", "missed", "skipped", "running"), weight: 2 }
)

/** A run with the seconds from its slot until its answer has come, which may be after the next slot. */
const run = fc.record({
  status: ends,
  delay: fc.integer({ min: 1, max: 1100 }),
  isOnce: fc.constantFrom(false, false, false, true)
})

const side = fc.constantFrom(0, 0, 3, 20.5, 41)

/** Half slots from the first slot to the close: mostly after the end. */
const close = fc.oneof(
  { arbitrary: fc.constant(40), weight: 5 },
  { arbitrary: fc.integer({ min: -1, max: 2 * SLOTS }), weight: 1 }
)

const listed = fc.option(fc.record({ bid: side, ask: side.map((cents) => 100 - cents / 2), close }), {
  freq: 5
})

const level = fc.tuple(fc.integer({ min: 1, max: 49 }), fc.constantFrom(1, 2.5, 100))
const levels = fc.uniqueArray(level, { maxLength: 3, selector: ([price]) => price })

const slot = fc.record({
  prices: run,
  listed: fc.array(listed, { minLength: TICKERS, maxLength: TICKERS }),
  isShort: fc.boolean(),
  books: run,
  sides: fc.array(fc.option(fc.record({ yes: levels, no: levels }), { freq: 3 }), {
    minLength: TICKERS,
    maxLength: TICKERS
  }),
  trades: run,
  trading: fc.constantFrom(true, true, true, true, true, false)
})

const state = fc.record({
  ticker: fc.integer({ min: 0, max: TICKERS - 1 }),
  at: fc.integer({ min: 1, max: SLOTS * INTERVAL }),
  status: fc.constantFrom("initialized", "inactive", "closed", "determined", "finalized"),
  close
})

const trade = fc.record({
  ticker: fc.integer({ min: 0, max: TICKERS - 1 }),
  at: fc.integer({ min: -2, max: 2 * SLOTS }),
  id: fc.integer({ min: 0, max: 15 }),
  price: fc.integer({ min: 1, max: 99 })
})

const raw = fc.record({
  slots: fc.array(slot, { minLength: SLOTS, maxLength: SLOTS }),
  states: fc.array(state, { maxLength: 6 }),
  trades: fc.uniqueArray(trade, { maxLength: 40, selector: ({ at, id, ticker }) => `${ticker} ${at} ${id}` })
})

const OPENED = SLOT

const marketBody = ({ closeTime, openTime, status, ticker }: Described, quote?: Quote) =>
  stringsMarket({
    ticker,
    status,
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
const universeOf = ({ slots, states, trades }: Drawn<typeof raw>): Universe => {
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
        if (found === null || (one.prices.status === "failed" && one.isShort && n > TICKERS / 2)) return []
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
    exchange.push({ at: saidAt, slot: slotAt(k), trading: one.trading })
    observe(saidAt, {
      feed: "exchange",
      slot: slotAt(k),
      endpoint: "GET /exchange/status",
      request: "/exchange/status",
      body: json({ exchange_active: true, trading_active: one.trading })
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
  observations.sort((one, other) => (one.observedAt < other.observedAt ? -1 : 1))
  return { described, quotes, books, runs, trades: made, exchange, observations }
}

export const universe: fc.Arbitrary<Universe> = raw.map(universeOf)

/** The `INSERT` of the records of the runs. */
export const insertRuns = ({ runs }: Universe): string =>
  `INSERT INTO collection_runs (feed, slot, interval, started_at, finished_at, status, reason, pages, items, watermark)
   VALUES ${runs
     .map(({ feed, finished, interval, slot, status }) => {
       const ended = finished === undefined ? "NULL" : `'${isoMicros(finished)}'`
       const watermark = status === "complete" ? `'${slotText(slot)}'` : "NULL"
       return `('${feed}', '${slotText(slot)}', ${interval ?? "NULL"}, NULL, ${ended}, '${status}', NULL, 1, 1, ${watermark})`
     })
     .join(", ")}`
