/**
 * Candles in SQLite's `candlesticks`.
 *
 * `candle_rows` is keyed by (end, period, market), so that walks append to it, and a market's history loops
 * over the ends of its period and looks each up; CROSS JOIN fixes that order, as in PriceRepository.
 */
import { Effect, Layer } from "effect"
import { candlesticks } from "../../../domain/read/candlesticks/table.ts"
import { secondFrom, secondUpTo } from "../../../domain/units/moment.ts"
import type { Period } from "../../../domain/units/period.ts"
import { CandlestickRepository } from "../../../services/CandlestickRepository.ts"
import { Database } from "../database/Database.ts"
import { paginate } from "./keyset.ts"
import { recordsOf } from "./records.ts"

const records = recordsOf(candlesticks)

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const ofMarket = sql.literal(`
    SELECT ${records.expressions}
    FROM market_numbers n
    CROSS JOIN candle_ends t
    CROSS JOIN candle_rows c
      ON c.end_seconds = t.end_seconds AND c.period_minutes = t.period_minutes AND c.market = n.market
  `)
  return {
    between: (ticker: string, period: Period, from: number, to: number, limit: number) => sql`
      ${ofMarket}
      WHERE n.ticker = ${ticker} AND t.period_minutes = ${period}
        AND t.end_seconds >= ${from} AND t.end_seconds < ${to}
      ORDER BY t.end_seconds LIMIT ${limit}
    `,

    latest: (ticker: string, period: Period, endMax: number) => sql`
      ${ofMarket}
      WHERE n.ticker = ${ticker} AND t.period_minutes = ${period} AND t.end_seconds <= ${endMax}
      ORDER BY t.end_seconds DESC LIMIT 1
    `
  }
}

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  return CandlestickRepository.of({
    between: (ticker, period, range, paging) => {
      const to = secondFrom(range.to)
      return paginate(
        {
          first: secondFrom(range.from),
          fetch: (from, limit) => records.all(select.between(ticker, period, from, to, limit)),
          keyOf: ({ endTime }) => secondFrom(endTime) + 1
        },
        paging
      )
    },

    latest: (ticker, period, moment) => records.first(select.latest(ticker, period, secondUpTo(moment)))
  })
})

export const layer = Layer.effect(CandlestickRepository, make)
