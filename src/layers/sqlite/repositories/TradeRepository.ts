/**
 * Trades in SQLite's `trade_rows`, keyed by (created, trade_id). A market's trades are looked for in the spans
 * in which `trade_markets` has it, one span after the other: CROSS JOIN fixes that order of loops. Spans are
 * in order, and trades within a span, so a page is read without sorting.
 */
import { Effect, Layer, Option, Schema, Stream } from "effect"
import { SPAN_SECONDS, spanOf } from "../../../domain/read/trades/table.ts"
import { toContracts } from "../../../domain/units/fixed.ts"
import { epochMicros, isoMicros } from "../../../domain/units/time.ts"
import type { Moment } from "../../../services/MarketRepository.ts"
import { type TradeRecord, TradeRepository } from "../../../services/TradeRepository.ts"
import { Database } from "../database/Database.ts"
import { walk } from "./page.ts"
import { columnsOf, flag, momentText, number, reader, text, toBoolean, toUtcTime } from "./rows.ts"

const TradeRow = Schema.Struct({
  trade_id: Schema.String,
  created: Schema.Int,
  yes_price: Schema.Finite,
  no_price: number,
  count: Schema.Finite,
  taker_side: text,
  is_block_trade: flag
})

const TickerTradeRow = Schema.Struct({ ticker: Schema.String, ...TradeRow.fields })

const VolumeRow = Schema.Struct({ trades: Schema.Int, millionths: Schema.Finite })

const toTrade = (row: typeof TickerTradeRow.Type): TradeRecord => ({
  tradeId: row.trade_id,
  ticker: row.ticker,
  createdTime: toUtcTime(isoMicros(row.created)),
  yesPrice: row.yes_price,
  noPrice: row.no_price,
  count: row.count,
  takerSide: row.taker_side,
  isBlockTrade: toBoolean(row.is_block_trade)
})

interface Key {
  readonly created: number
  readonly tradeId: string
}

const microsOf = (moment: Moment): number => epochMicros(momentText(moment))

/** Before every trade of a moment. */
const firstOf = (from: Moment): Key => ({ created: microsOf(from), tradeId: "" })

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const columns = sql.literal(`n.ticker, ${columnsOf(TradeRow, "t")}`)
  // The + keeps SQLite from making an index of all trades for one statement.
  const ofMarket = sql.literal(`
    FROM market_numbers n
    CROSS JOIN trade_spans s
    CROSS JOIN trade_markets m ON m.span = s.span AND m.market = n.market
    CROSS JOIN trade_rows t ON t.created >= s.span * 1000000
      AND t.created < (s.span + ${SPAN_SECONDS}) * 1000000 AND +t.market = n.market
  `)
  return {
    ofMarket: (ticker: string, after: Key, to: number, limit: number) => sql`
      SELECT ${columns} ${ofMarket}
      WHERE n.ticker = ${ticker} AND s.span >= ${spanOf(after.created)} AND s.span <= ${spanOf(to)}
        AND t.created < ${to}
        AND (t.created > ${after.created} OR (t.created = ${after.created} AND t.trade_id > ${after.tradeId}))
      ORDER BY s.span, t.created, t.trade_id LIMIT ${limit}
    `,

    between: (after: Key, to: number, limit: number) => sql`
      SELECT ${columns}
      FROM trade_rows t CROSS JOIN market_numbers n ON n.market = t.market
      WHERE (t.created, t.trade_id) > (${after.created}, ${after.tradeId}) AND t.created < ${to}
      ORDER BY t.created, t.trade_id LIMIT ${limit}
    `,

    latest: (ticker: string, upTo: number) => sql`
      SELECT ${columns} ${ofMarket}
      WHERE n.ticker = ${ticker} AND s.span <= ${spanOf(upTo)} AND t.created <= ${upTo}
      ORDER BY s.span DESC, t.created DESC, t.trade_id DESC LIMIT 1
    `,

    // A sum of doubles would drift; whole millionths do not.
    volume: (ticker: string, from: number, to: number) => sql`
      SELECT count(*) AS trades, coalesce(sum(CAST(round(t.count * 1000000) AS INTEGER)), 0) AS millionths
      ${ofMarket}
      WHERE n.ticker = ${ticker} AND s.span >= ${spanOf(from)} AND s.span <= ${spanOf(to)}
        AND t.created >= ${from} AND t.created < ${to}
    `
  }
}

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  const read = reader("trades", TickerTradeRow)
  const readVolume = reader("trades", VolumeRow)
  const keyOf = ({ created, trade_id }: Pick<typeof TradeRow.Type, "created" | "trade_id">): Key => ({
    created,
    tradeId: trade_id
  })

  return TradeRepository.of({
    ofMarket: (ticker, { from, to }, paging) =>
      walk(
        {
          first: firstOf(from),
          fetch: (after, limit) => read(select.ofMarket(ticker, after, microsOf(to), limit)),
          keyOf
        },
        paging
      ).pipe(Stream.map(toTrade)),

    between: ({ from, to }, paging) =>
      walk(
        {
          first: firstOf(from),
          fetch: (after, limit) => read(select.between(after, microsOf(to), limit)),
          keyOf
        },
        paging
      ).pipe(Stream.map(toTrade)),

    latest: (ticker, moment) =>
      Effect.map(read(select.latest(ticker, microsOf(moment))), ([row]) =>
        Option.map(Option.fromNullable(row), toTrade)
      ),

    volume: (ticker, { from, to }) =>
      Effect.map(readVolume(select.volume(ticker, microsOf(from), microsOf(to))), ([row]) => ({
        trades: row?.trades ?? 0,
        contracts: toContracts(row?.millionths ?? 0)
      }))
  })
})

export const layer = Layer.effect(TradeRepository, make)
