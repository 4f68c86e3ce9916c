/**
 * Order books in SQLite's `orderbook_books` and `orderbook_levels`, which are keyed by (slot, market, seq): a
 * market's newest book is searched slot by slot. CROSS JOIN fixes that order of loops, as in
 * PriceRepository. A page finds its books first, and then the levels of each, so that empty ones are kept.
 */
import { Array as Arr, Effect, Layer, Schema, Stream } from "effect"
import { orderbookSlots } from "../../../domain/read/orderbooks/table.ts"
import { ofCents, ofContracts } from "../../../domain/units/fixed.ts"
import { momentText, secondUpTo } from "../../../domain/units/moment.ts"
import type { SlotSeconds } from "../../../domain/units/time.ts"
import { type OrderBookRecord, OrderBookRepository } from "../../../services/OrderBookRepository.ts"
import { Database } from "../database/Database.ts"
import { paginate } from "./keyset.ts"
import { reader, slot, time } from "./records.ts"
import * as Slots from "./slots.ts"

const decimal = Schema.NullOr(Schema.Finite)

/** A level with the book that it belongs to; an empty book is one row without a level. */
const LevelRow = Schema.Struct({
  ticker: Schema.String,
  snapshot_time: slot,
  observed_at: time,
  side: Schema.NullOr(Schema.Literal("yes", "no")),
  price: decimal,
  size: decimal
})

type LevelRow = typeof LevelRow.Type

const read = reader("orderbook_snapshots", LevelRow)

const levelsOf = (rows: ReadonlyArray<LevelRow>, wanted: "yes" | "no") =>
  rows.flatMap(({ price, side, size }) =>
    side === wanted && price !== null && size !== null
      ? [{ price: ofCents(price), size: ofContracts(size) }]
      : []
  )

/** The rows of one book follow each other. */
const booksOf = (rows: ReadonlyArray<LevelRow>): ReadonlyArray<OrderBookRecord> =>
  Arr.isNonEmptyReadonlyArray(rows)
    ? Arr.groupWith(rows, (one, other) => one.ticker === other.ticker).map((book) => ({
        ticker: book[0].ticker,
        snapshotTime: book[0].snapshot_time,
        observedAt: book[0].observed_at,
        yes: levelsOf(book, "yes"),
        no: levelsOf(book, "no")
      }))
    : []

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const withLevels = sql.literal(`
    SELECT k.ticker, k.snapshot_time, k.observed_at, l.side, l.price, l.size
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

    ofSlot: (slot: SlotSeconds, after: string, limit: number) => sql`
      WITH keys AS MATERIALIZED (
        SELECT ${key}
        FROM orderbook_slots t
        CROSS JOIN orderbook_books b ON b.slot = t.slot
        CROSS JOIN orderbook_pages o ON o.seq = b.seq
        CROSS JOIN market_numbers n ON n.market = b.market
        WHERE t.slot = ${slot}
          AND b.market > coalesce((SELECT market FROM market_numbers WHERE ticker = ${after}), 0)
          AND NOT EXISTS (
            SELECT 1 FROM orderbook_books later
            WHERE later.slot = b.slot AND later.market = b.market AND later.seq > b.seq
          )
        ORDER BY b.market LIMIT ${limit}
      )
      ${withLevels}
    `
  }
}

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  return OrderBookRepository.of({
    asOf: (ticker, moment) =>
      Effect.map(read(select.asOf(ticker, secondUpTo(moment), momentText(moment))), (rows) =>
        Arr.head(booksOf(rows))
      ),

    ofSlot: (time, paging) => {
      const slot = Slots.slotAt(time)
      if (slot === undefined) return Stream.empty
      return paginate(
        {
          first: "",
          fetch: (after, limit) => Effect.map(read(select.ofSlot(slot, after, limit)), booksOf),
          keyOf: ({ ticker }) => ticker
        },
        paging
      )
    },

    slots: Slots.make(sql, orderbookSlots).all
  })
})

export const layer = Layer.effect(OrderBookRepository, make)
