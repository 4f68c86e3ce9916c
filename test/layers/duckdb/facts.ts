/** Rows of the fact tables as the projector would write them, for tests of what reads them. */
import type Sqlite from "better-sqlite3"
import { projections } from "../../../src/domain/read/projections.ts"
import { isoMicros } from "../../../src/domain/units/time.ts"
import { addMarket, addPrice, insert } from "./support.ts"

const DAY = 86_400
export const FIRST_SLOT = Date.parse("2026-10-30T00:00:00Z") / 1000

/** Tickers that a reader of filters could take for something else. */
export const TICKERS: ReadonlyArray<string> = [
  "KX-1",
  "it's",
  "a' AND ticker='b",
  "KX-1, KX-2",
  "Ω-5",
  "KX-6"
]

/** A generator of numbers below 1, the same for each seed. */
export const seeded = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

/** Adds a row's page, or widens the range of the page by the row. */
const timed = (database: Sqlite.Database, pages: string, seq: number, micros: number, lead: number) =>
  database
    .prepare(
      `INSERT INTO ${pages} (seq, observed_at, first, last) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)`
    )
    .run(seq, isoMicros(micros), lead, lead)

export const addTrade = (
  database: Sqlite.Database,
  row: { readonly seq: number; readonly created: number; readonly id: string; readonly market: number }
): void => {
  const { created, id, market, seq } = row
  timed(database, "trade_pages", seq, created, created)
  database
    .prepare(
      `INSERT OR REPLACE INTO trade_rows (created, trade_id, market, seq, yes_price, no_price, count, taker_side)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'yes')`
    )
    .run(created, id, market, seq, 40 + (seq % 5) / 10, 60, 1 + seq)
}

export const addCandle = (
  database: Sqlite.Database,
  row: { readonly seq: number; readonly end: number; readonly market: number; readonly period: number }
): void => {
  const { end, market, period, seq } = row
  timed(database, "candle_pages", seq, end * 1_000_000, end)
  database
    .prepare("INSERT OR IGNORE INTO candle_ends VALUES (?, ?, ?)")
    .run(period, end, isoMicros(end * 1_000_000))
  database
    .prepare(
      `INSERT OR REPLACE INTO candle_rows (end_seconds, period_minutes, market, seq, price_close, volume)
       VALUES (?, ?, ?, ?, ?, ?)`
    )
    .run(end, period, market, seq, seq % 100, seq)
}

/** A book with a level for each price. A later book of the same slot takes its place. */
export const addBook = (
  database: Sqlite.Database,
  row: { readonly seq: number; readonly slot: number; readonly market: number },
  prices: ReadonlyArray<number>
): void => {
  const { market, seq, slot } = row
  timed(database, "orderbook_pages", seq, slot * 1_000_000 + seq, slot)
  database
    .prepare("INSERT OR IGNORE INTO orderbook_slots VALUES (?, ?)")
    .run(slot, `${isoMicros(slot * 1_000_000).slice(0, 19)}Z`)
  insert(database, "orderbook_books", { slot, market, seq })
  for (const price of new Set(prices))
    insert(database, "orderbook_levels", { slot, market, seq, side: "yes", price, size: seq })
}

/** The number of rows after which the time that they are spread over ends. */
const ROWS_OF_ALL_DAYS = 300

/**
 * Fills a database with rows of two months, each with a seq of its own, in the order of time: those after one seq up to
 * another.
 */
export const fillFacts = (database: Sqlite.Database, seed: number, upTo: number, after = 0): void => {
  const random = seeded(seed)
  const isEmpty = database.prepare("SELECT market FROM market_numbers").get() === undefined
  for (const [index, ticker] of isEmpty ? TICKERS.entries() : []) addMarket(database, index + 1, ticker)
  database.transaction(() => {
    for (let seq = after + 1; seq <= upTo; seq++) {
      const market = 1 + Math.floor(random() * TICKERS.length)
      const slot = FIRST_SLOT + Math.floor((seq * 5 * DAY) / ROWS_OF_ALL_DAYS / 900) * 900
      addPrice(database, {
        slot: slot + (seq % 3) * 60,
        market: 1 + (seq % TICKERS.length),
        seq,
        yes_bid: Math.floor(random() * 990) / 10,
        yes_ask: 99.5,
        last_price: seq % 100
      })
      const micros = slot * 1_000_000 + Math.floor(random() * 900_000_000)
      addTrade(database, { seq, created: micros, id: `trade-${seq}`, market })
      addCandle(database, { seq, end: slot + 60, market, period: seq % 2 === 0 ? 1 : 60 })
      addBook(database, { seq, slot, market }, [1, 2.5, seq % 90].slice(seq % 3))
    }
  })()
}

/** Says that all rows up to a seq have been projected, which is how far a flush goes. */
export const projectUpTo = (database: Sqlite.Database, seq: number): void => {
  for (const { name, version } of projections)
    database
      .prepare("INSERT OR REPLACE INTO projection_checkpoints (projection, version, seq) VALUES (?, ?, ?)")
      .run(name, version, seq)
}

/** Observes facts again: some as before, some with other values, and books without the levels they had. */
export const observeAgain = (database: Sqlite.Database, seed: number, after: number): void => {
  const random = seeded(seed)
  for (let seq = after + 1; seq <= after + 40; seq++) {
    const market = 1 + Math.floor(random() * TICKERS.length)
    const old = 1 + Math.floor(random() * after)
    const row = (sql: string): Record<string, number> =>
      database.prepare(sql).get(old) as Record<string, number>
    const price = row("SELECT * FROM price_rows WHERE seq >= ? ORDER BY seq LIMIT 1")
    database.prepare("DELETE FROM price_rows WHERE slot = ? AND market = ?").run(price.slot, price.market)
    addPrice(database, {
      ...price,
      slot: Number(price.slot),
      market: Number(price.market),
      seq,
      yes_bid: seq % 9
    })
    const trade = row("SELECT * FROM trade_rows WHERE seq >= ? ORDER BY seq LIMIT 1")
    database.prepare("DELETE FROM trade_rows WHERE trade_id = ?").run(trade.trade_id)
    addTrade(database, {
      seq,
      created: Number(trade.created) + (seq % 2),
      id: String(trade.trade_id),
      market: Number(trade.market)
    })
    const candle = row("SELECT * FROM candle_rows WHERE seq >= ? ORDER BY seq LIMIT 1")
    addCandle(database, {
      seq,
      end: Number(candle.end_seconds),
      market: Number(candle.market),
      period: Number(candle.period_minutes)
    })
    const book = row("SELECT * FROM orderbook_books WHERE seq >= ? ORDER BY seq LIMIT 1")
    addBook(
      database,
      { seq, slot: Number(book.slot), market: Number(book.market) },
      seq % 2 === 0 ? [] : [3, seq % 80]
    )
    if (seq % 4 === 0)
      addTrade(database, { seq, created: (FIRST_SLOT + seq) * 1_000_000, id: `new-${seq}`, market })
  }
}
