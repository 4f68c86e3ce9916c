/**
 * Order books in SQLite's `orderbook_books` and `orderbook_levels`, which are keyed by (slot, market, seq): a
 * market's newest book is looked for slot by slot. CROSS JOIN fixes that order of loops, as in
 * PriceRepository. A page finds its books first, and then the levels of each, so that empty ones are kept.
 */
import { type DateTime, Effect, Layer, Option, Schema, Stream } from "effect"
import type { Level } from "../../../domain/read/orderbooks/orderbook.ts"
import { ofCents, ofContracts } from "../../../domain/units/fixed.ts"
import type { SlotSeconds } from "../../../domain/units/time.ts"
import { type OrderBookRecord, OrderBookRepository } from "../../../services/OrderBookRepository.ts"
import { Database } from "../database/Database.ts"
import { walk } from "./page.ts"
import { momentText, number, reader, slot, time, toSlot, toUtcTime, withinYears } from "./rows.ts"

/** A level with the book that it stands in; of an empty book, one row without a level. */
const LevelRow = Schema.Struct({
  market: Schema.Int,
  ticker: Schema.String,
  snapshot_time: slot,
  observed_at: time,
  side: Schema.NullOr(Schema.Literal("yes", "no")),
  price: number,
  size: number
})

const SlotRow = Schema.Struct({ slot: Schema.Int, snapshot_time: slot })

interface Book extends OrderBookRecord {
  readonly market: number
  readonly yes: Array<Level>
  readonly no: Array<Level>
}

/** Rows of one book follow each other. */
const booksOf = (rows: ReadonlyArray<typeof LevelRow.Type>): ReadonlyArray<Book> => {
  const books: Array<Book> = []
  for (const { market, observed_at, price, side, size, snapshot_time, ticker } of rows) {
    let book = books.at(-1)
    if (book?.market !== market) {
      const [snapshotTime, observedAt] = [toSlot(snapshot_time), toUtcTime(observed_at)]
      book = { market, ticker, snapshotTime, observedAt, yes: [], no: [] }
      books.push(book)
    }
    if (side !== null && price !== null && size !== null)
      book[side].push({ price: ofCents(price), size: ofContracts(size) })
  }
  return books
}

const toRecord = ({ market: _, ...record }: Book): OrderBookRecord => record

/** The first slot at or after a moment, and the last at or before it. */
const slotFrom = (moment: DateTime.Utc): SlotSeconds => Math.ceil(withinYears(moment) / 1000)
const slotUpTo = (moment: DateTime.Utc): SlotSeconds => Math.floor(withinYears(moment) / 1000)

/** A slot before, and one after, every slot. */
const SLOT_MIN = Number.MIN_SAFE_INTEGER
const SLOT_MAX = Number.MAX_SAFE_INTEGER

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const withLevels = sql.literal(`
    SELECT k.market, k.ticker, k.snapshot_time, k.observed_at, l.side, l.price, l.size
    FROM keys k
    LEFT JOIN orderbook_levels l ON l.slot = k.slot AND l.market = k.market AND l.seq = k.seq
    ORDER BY k.market, l.price DESC
  `)
  const key = sql.literal("n.ticker, t.snapshot_time, o.observed_at, b.slot, b.market, b.seq")
  return {
    asOf: (ticker: string, slotMax: SlotSeconds, observedMax: string) => sql`
      WITH keys AS MATERIALIZED (
        SELECT ${key}
        FROM market_numbers n
        CROSS JOIN orderbook_slots t
        CROSS JOIN orderbook_books b ON b.slot = t.slot AND b.market = n.market
        CROSS JOIN orderbook_pages o ON o.seq = b.seq
        WHERE n.ticker = ${ticker} AND t.slot <= ${slotMax} AND o.observed_at <= ${observedMax}
        ORDER BY t.slot DESC, b.seq DESC LIMIT 1
      )
      ${withLevels}
    `,

    ofSlot: (slot: SlotSeconds, afterMarket: number, limit: number) => sql`
      WITH keys AS MATERIALIZED (
        SELECT ${key}
        FROM orderbook_slots t
        CROSS JOIN orderbook_books b ON b.slot = t.slot
        CROSS JOIN orderbook_pages o ON o.seq = b.seq
        CROSS JOIN market_numbers n ON n.market = b.market
        WHERE t.slot = ${slot} AND b.market > ${afterMarket}
          AND NOT EXISTS (
            SELECT 1 FROM orderbook_books later
            WHERE later.slot = b.slot AND later.market = b.market AND later.seq > b.seq
          )
        ORDER BY b.market LIMIT ${limit}
      )
      ${withLevels}
    `,

    slots: (from: SlotSeconds, to: SlotSeconds, limit: number) => sql`
      SELECT slot, snapshot_time FROM orderbook_slots
      WHERE slot >= ${from} AND slot < ${to}
      ORDER BY slot LIMIT ${limit}
    `
  }
}

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  const read = reader("orderbook_snapshots", LevelRow)
  const readSlots = reader("orderbook_slots", SlotRow)

  return OrderBookRepository.of({
    asOf: (ticker, moment) => {
      const slotMax = slotUpTo("iso" in moment ? moment.utc : moment)
      return Effect.map(read(select.asOf(ticker, slotMax, momentText(moment))), (rows) =>
        Option.map(Option.fromNullable(booksOf(rows)[0]), toRecord)
      )
    },

    ofSlot: (at, paging) => {
      // Between two seconds there is no slot, and rounding would find one.
      if (slotFrom(at) !== slotUpTo(at)) return Stream.empty
      return walk(
        {
          first: 0,
          fetch: (after, limit) => Effect.map(read(select.ofSlot(slotFrom(at), after, limit)), booksOf),
          keyOf: ({ market }) => market
        },
        paging
      ).pipe(Stream.map(toRecord))
    },

    slots: (range, paging) =>
      walk(
        {
          first: range === undefined ? SLOT_MIN : slotFrom(range.from),
          fetch: (next, limit) =>
            readSlots(select.slots(next, range === undefined ? SLOT_MAX : slotFrom(range.to), limit)),
          keyOf: ({ slot }) => slot + 1
        },
        paging
      ).pipe(Stream.map((row) => toSlot(row.snapshot_time)))
  })
})

export const layer = Layer.effect(OrderBookRepository, make)
