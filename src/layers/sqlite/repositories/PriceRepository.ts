/**
 * Prices in SQLite's `price_snapshots`.
 *
 * `price_rows` is keyed by (slot, market), so that slots append to it, and a market's history loops over the
 * slots and looks each up. Asked through the view alone, an ANALYZEd database finds the latest price by
 * reading and sorting all of the market's. So each statement first finds the keys of its page in the tables,
 * by slot number and with CROSS JOIN, which fixes the order of loops, and takes those rows from the view.
 */
import { type DateTime, Effect, Layer, Option, Schema, Stream } from "effect"
import type { SlotSeconds } from "../../../domain/units/time.ts"
import { type PriceRecord, PriceRepository, type TimeRange } from "../../../services/PriceRepository.ts"
import { Database } from "../database/Database.ts"
import { walk } from "./page.ts"
import { columnsOf, momentText, number, reader, slot, time, toSlot, toUtcTime, withinYears } from "./rows.ts"

export const PriceRow = Schema.Struct({
  ticker: Schema.String,
  snapshot_time: slot,
  yes_bid: number,
  yes_ask: number,
  no_bid: number,
  no_ask: number,
  last_price: number,
  volume: number,
  volume_24h: number,
  open_interest: number,
  liquidity: number,
  yes_bid_size: number,
  yes_ask_size: number,
  midpoint: number,
  spread: number,
  observed_at: time
})

/** A row with its place in its list: a slot, or the number of a market. */
const PlacedRow = Schema.Struct({ ...PriceRow.fields, place: Schema.Int })

const SlotRow = Schema.Struct({ slot: Schema.Int, snapshot_time: slot })

export const toPrice = (row: typeof PriceRow.Type): PriceRecord => ({
  ticker: row.ticker,
  snapshotTime: toSlot(row.snapshot_time),
  yesBid: row.yes_bid,
  yesAsk: row.yes_ask,
  noBid: row.no_bid,
  noAsk: row.no_ask,
  lastPrice: row.last_price,
  volume: row.volume,
  volume24h: row.volume_24h,
  openInterest: row.open_interest,
  liquidity: row.liquidity,
  yesBidSize: row.yes_bid_size,
  yesAskSize: row.yes_ask_size,
  midpoint: row.midpoint,
  spread: row.spread,
  observedAt: toUtcTime(row.observed_at)
})

/** The first slot at or after a moment, and the last at or before it. */
const slotFrom = (moment: DateTime.Utc): SlotSeconds => Math.ceil(withinYears(moment) / 1000)
const slotUpTo = (moment: DateTime.Utc): SlotSeconds => Math.floor(withinYears(moment) / 1000)

/** A slot before, and one after, every slot. */
const SLOT_MIN = Number.MIN_SAFE_INTEGER
const SLOT_MAX = Number.MAX_SAFE_INTEGER

/** Slots from one up to, but not including, another. */
const slotsOf = (range: TimeRange | undefined) =>
  range === undefined
    ? { from: SLOT_MIN, to: SLOT_MAX }
    : { from: slotFrom(range.from), to: slotFrom(range.to) }

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const columns = sql.literal(columnsOf(PriceRow, "v"))
  const ofMarket = sql.literal(`
    FROM market_numbers n
    CROSS JOIN price_slots t
    CROSS JOIN price_rows p ON p.slot = t.slot AND p.market = n.market
  `)
  const rows = sql.literal(`
    FROM keys k CROSS JOIN price_snapshots v ON v.ticker = k.ticker AND v.snapshot_time = k.snapshot_time
  `)
  return {
    latest: (ticker: string) => sql`
      WITH keys AS MATERIALIZED (
        SELECT n.ticker, t.snapshot_time ${ofMarket}
        WHERE n.ticker = ${ticker}
        ORDER BY t.slot DESC LIMIT 1
      )
      SELECT ${columns} ${rows}
    `,

    asOf: (ticker: string, slotMax: SlotSeconds, observedMax: string) => sql`
      WITH keys AS MATERIALIZED (
        SELECT n.ticker, t.snapshot_time ${ofMarket}
        CROSS JOIN price_pages o ON o.seq = p.seq
        WHERE n.ticker = ${ticker} AND t.slot <= ${slotMax} AND o.observed_at <= ${observedMax}
        ORDER BY t.slot DESC LIMIT 1
      )
      SELECT ${columns} ${rows}
    `,

    between: (ticker: string, from: SlotSeconds, to: SlotSeconds, limit: number) => sql`
      WITH keys AS MATERIALIZED (
        SELECT n.ticker, t.snapshot_time, t.slot ${ofMarket}
        WHERE n.ticker = ${ticker} AND t.slot >= ${from} AND t.slot < ${to}
        ORDER BY t.slot LIMIT ${limit}
      )
      SELECT k.slot AS place, ${columns} ${rows}
      ORDER BY k.slot
    `,

    ofSlot: (slot: SlotSeconds, afterMarket: number, limit: number) => sql`
      WITH keys AS MATERIALIZED (
        SELECT n.ticker, t.snapshot_time, p.market
        FROM price_slots t
        CROSS JOIN price_rows p ON p.slot = t.slot
        CROSS JOIN market_numbers n ON n.market = p.market
        WHERE t.slot = ${slot} AND p.market > ${afterMarket}
        ORDER BY p.market LIMIT ${limit}
      )
      SELECT k.market AS place, ${columns} ${rows}
      ORDER BY k.market
    `,

    slots: (from: SlotSeconds, to: SlotSeconds, limit: number) => sql`
      SELECT slot, snapshot_time FROM price_slots
      WHERE slot >= ${from} AND slot < ${to}
      ORDER BY slot LIMIT ${limit}
    `,

    lastSlot: sql`SELECT slot, snapshot_time FROM price_slots ORDER BY slot DESC LIMIT 1`
  }
}

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  const read = reader("price_snapshots", PriceRow)
  const readPlaced = reader("price_snapshots", PlacedRow)
  const readSlots = reader("price_slots", SlotRow)

  return PriceRepository.of({
    latest: (ticker) =>
      Effect.map(read(select.latest(ticker)), ([row]) => Option.map(Option.fromNullable(row), toPrice)),

    asOf: (ticker, moment) => {
      const slotMax = slotUpTo("iso" in moment ? moment.utc : moment)
      return Effect.map(read(select.asOf(ticker, slotMax, momentText(moment))), ([row]) =>
        Option.map(Option.fromNullable(row), toPrice)
      )
    },

    between: (ticker, range, paging) => {
      const { from, to } = slotsOf(range)
      return walk(
        {
          first: from,
          fetch: (next, limit) => readPlaced(select.between(ticker, next, to, limit)),
          keyOf: ({ place }) => place + 1
        },
        paging
      ).pipe(Stream.map(toPrice))
    },

    ofSlot: (at, paging) => {
      // Between two seconds there is no slot, and rounding would find one.
      const exact = slotFrom(at) === slotUpTo(at)
      return exact
        ? walk(
            {
              first: 0,
              fetch: (after, limit) => readPlaced(select.ofSlot(slotFrom(at), after, limit)),
              keyOf: ({ place }) => place
            },
            paging
          ).pipe(Stream.map(toPrice))
        : Stream.empty
    },

    slots: (range, paging) => {
      const { from, to } = slotsOf(range)
      return walk(
        {
          first: from,
          fetch: (next, limit) => readSlots(select.slots(next, to, limit)),
          keyOf: ({ slot }) => slot + 1
        },
        paging
      ).pipe(Stream.map((row) => toSlot(row.snapshot_time)))
    },

    lastSlot: Effect.map(readSlots(select.lastSlot), ([row]) =>
      Option.map(Option.fromNullable(row), ({ snapshot_time }) => toSlot(snapshot_time))
    )
  })
})

export const layer = Layer.effect(PriceRepository, make)
