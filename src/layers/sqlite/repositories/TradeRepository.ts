/**
 * Trades in SQLite's `trade_rows`, keyed by (created, trade_id). A market's trades are searched in the spans
 * in which `trade_markets` has it, one span after the other: CROSS JOIN fixes that order of loops. Spans are
 * in order, and trades within a span, so a page is read without sorting.
 */
import { Effect, Layer, Option } from "effect"
import { SPAN_SECONDS, spanOf, trades } from "../../../domain/read/trades/table.ts"
import { alwaysShownAs } from "../../../domain/read/view.ts"
import { toContracts } from "../../../domain/units/fixed.ts"
import { type Moment, momentMicros } from "../../../domain/units/moment.ts"
import { type TradeRecord, TradeRepository } from "../../../services/TradeRepository.ts"
import { Database } from "../database/Database.ts"
import { paginate } from "./keyset.ts"
import { recordsOf } from "./records.ts"

const records = recordsOf(trades)

const volumes = recordsOf({
  name: "trades",
  shown: {
    trades: alwaysShownAs("integer", "count(*)"),
    // A sum of doubles would drift; whole millionths do not.
    millionths: alwaysShownAs("real", "coalesce(sum(CAST(round(t.count * 1000000) AS INTEGER)), 0)")
  }
})

interface TradeKey {
  /** Microseconds since the epoch. */
  readonly created: number
  readonly tradeId: string
}

/** Returns the key before every trade at or after a moment. */
const before = (moment: Moment): TradeKey => ({ created: momentMicros(moment), tradeId: "" })

const keyOf = ({ createdTime, tradeId }: TradeRecord): TradeKey => ({
  created: momentMicros(createdTime),
  tradeId
})

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const columns = sql.literal(records.expressions)
  // The + keeps SQLite from making an index of all trades for one statement.
  const ofMarket = sql.literal(`
    FROM market_numbers n
    CROSS JOIN trade_spans s
    CROSS JOIN trade_markets m ON m.span = s.span AND m.market = n.market
    CROSS JOIN trade_rows t ON t.created >= s.span * 1000000
      AND t.created < (s.span + ${SPAN_SECONDS}) * 1000000 AND +t.market = n.market
  `)
  return {
    ofMarket: (ticker: string, after: TradeKey, to: number, limit: number) => sql`
      SELECT ${columns} ${ofMarket}
      WHERE n.ticker = ${ticker} AND s.span >= ${spanOf(after.created)} AND s.span <= ${spanOf(to)}
        AND t.created < ${to}
        AND (t.created > ${after.created} OR (t.created = ${after.created} AND t.trade_id > ${after.tradeId}))
      ORDER BY s.span, t.created, t.trade_id LIMIT ${limit}
    `,

    between: (after: TradeKey, to: number, limit: number) => sql`
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

    volume: (ticker: string, from: number, to: number) => sql`
      SELECT ${sql.literal(volumes.expressions)} ${ofMarket}
      WHERE n.ticker = ${ticker} AND s.span >= ${spanOf(from)} AND s.span <= ${spanOf(to)}
        AND t.created >= ${from} AND t.created < ${to}
    `
  }
}

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  return TradeRepository.of({
    ofMarket: (ticker, { from, to }, paging) =>
      paginate(
        {
          first: before(from),
          fetch: (after, limit) => records.all(select.ofMarket(ticker, after, momentMicros(to), limit)),
          keyOf
        },
        paging
      ),

    between: ({ from, to }, paging) =>
      paginate(
        {
          first: before(from),
          fetch: (after, limit) => records.all(select.between(after, momentMicros(to), limit)),
          keyOf
        },
        paging
      ),

    latest: (ticker, moment) => records.first(select.latest(ticker, momentMicros(moment))),

    volume: (ticker, { from, to }) =>
      Effect.map(
        volumes.first(select.volume(ticker, momentMicros(from), momentMicros(to))),
        Option.match({
          onNone: () => ({ trades: 0, contracts: 0 }),
          onSome: ({ millionths, trades }) => ({ trades, contracts: toContracts(millionths) })
        })
      )
  })
})

export const layer = Layer.effect(TradeRepository, make)
