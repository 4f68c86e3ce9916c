/**
 * Candles in SQLite's `candlesticks`.
 *
 * `candle_rows` is keyed by (end, period, market), so that walks append to it, and a market's history loops
 * over the ends of its period and looks each up; CROSS JOIN fixes that order, as in PriceRepository.
 */
import { type DateTime, Effect, Layer, Option, Schema, Stream } from "effect"
import type { Period } from "../../../domain/units/period.ts"
import { type CandlestickRecord, CandlestickRepository } from "../../../services/CandlestickRepository.ts"
import type { Moment } from "../../../services/MarketRepository.ts"
import { Database } from "../database/Database.ts"
import { walk } from "./page.ts"
import { columnsOf, number, reader, time, toUtcTime, withinYears } from "./rows.ts"

export const CandlestickRow = Schema.Struct({
  ticker: Schema.String,
  period_minutes: Schema.Literal(1, 60, 1440),
  end_time: time,
  yes_bid_open: number,
  yes_bid_low: number,
  yes_bid_high: number,
  yes_bid_close: number,
  yes_ask_open: number,
  yes_ask_low: number,
  yes_ask_high: number,
  yes_ask_close: number,
  price_open: number,
  price_low: number,
  price_high: number,
  price_close: number,
  price_mean: number,
  price_previous: number,
  volume: number,
  open_interest: number
})

/** A row with its place in its list: the end of its period, in seconds since the epoch. */
const PlacedRow = Schema.Struct({ ...CandlestickRow.fields, place: Schema.Int })

export const toCandlestick = (row: typeof CandlestickRow.Type): CandlestickRecord => ({
  ticker: row.ticker,
  period: row.period_minutes,
  endTime: toUtcTime(row.end_time),
  yesBid: {
    open: row.yes_bid_open,
    low: row.yes_bid_low,
    high: row.yes_bid_high,
    close: row.yes_bid_close
  },
  yesAsk: {
    open: row.yes_ask_open,
    low: row.yes_ask_low,
    high: row.yes_ask_high,
    close: row.yes_ask_close
  },
  price: {
    open: row.price_open,
    low: row.price_low,
    high: row.price_high,
    close: row.price_close,
    mean: row.price_mean,
    previous: row.price_previous
  },
  volume: row.volume,
  openInterest: row.open_interest
})

/** The first whole second at or after a moment, and the last at or before it. */
const secondFrom = (moment: DateTime.Utc): number => Math.ceil(withinYears(moment) / 1000)
const secondUpTo = (moment: Moment): number =>
  Math.floor(withinYears("iso" in moment ? moment.utc : moment) / 1000)

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const columns = sql.literal(columnsOf(CandlestickRow, "v"))
  const ofMarket = sql.literal(`
    FROM market_numbers n
    CROSS JOIN candle_ends t
    CROSS JOIN candle_rows c
      ON c.end_seconds = t.end_seconds AND c.period_minutes = t.period_minutes AND c.market = n.market
  `)
  const rows = sql.literal(`
    FROM keys k CROSS JOIN candlesticks v
      ON v.ticker = k.ticker AND v.period_minutes = k.period_minutes AND v.end_time = k.end_time
  `)
  return {
    between: (ticker: string, period: Period, from: number, to: number, limit: number) => sql`
      WITH keys AS MATERIALIZED (
        SELECT n.ticker, t.period_minutes, t.end_time, t.end_seconds ${ofMarket}
        WHERE n.ticker = ${ticker} AND t.period_minutes = ${period}
          AND t.end_seconds >= ${from} AND t.end_seconds < ${to}
        ORDER BY t.end_seconds LIMIT ${limit}
      )
      SELECT k.end_seconds AS place, ${columns} ${rows}
      ORDER BY k.end_seconds
    `,

    latest: (ticker: string, period: Period, endMax: number) => sql`
      WITH keys AS MATERIALIZED (
        SELECT n.ticker, t.period_minutes, t.end_time ${ofMarket}
        WHERE n.ticker = ${ticker} AND t.period_minutes = ${period} AND t.end_seconds <= ${endMax}
        ORDER BY t.end_seconds DESC LIMIT 1
      )
      SELECT ${columns} ${rows}
    `
  }
}

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  const read = reader("candlesticks", CandlestickRow)
  const readPlaced = reader("candlesticks", PlacedRow)

  return CandlestickRepository.of({
    between: (ticker, period, range, paging) => {
      const to = secondFrom(range.to)
      return walk(
        {
          first: secondFrom(range.from),
          fetch: (next, limit) => readPlaced(select.between(ticker, period, next, to, limit)),
          keyOf: ({ place }) => place + 1
        },
        paging
      ).pipe(Stream.map(toCandlestick))
    },

    latest: (ticker, period, moment) =>
      Effect.map(read(select.latest(ticker, period, secondUpTo(moment))), ([row]) =>
        Option.map(Option.fromNullable(row), toCandlestick)
      )
  })
})

export const layer = Layer.effect(CandlestickRepository, make)
