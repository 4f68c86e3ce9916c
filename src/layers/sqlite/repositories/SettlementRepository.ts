/** Settlements in SQLite's `settlements`. */
import { Effect, Layer, Option, Schema, Stream } from "effect"
import { type SettlementRecord, SettlementRepository } from "../../../services/SettlementRepository.ts"
import { Database } from "../database/Database.ts"
import { walk } from "./page.ts"
import { columnsOf, momentText, number, reader, sentTime, text, time, toSentTime } from "./rows.ts"

export const SettlementRow = Schema.Struct({
  ticker: Schema.String,
  event_ticker: text,
  settled_at: sentTime,
  result: text,
  final_yes_price: number,
  final_no_price: number,
  yes_payout: number,
  no_payout: number
})

export const toSettlement = (row: typeof SettlementRow.Type): SettlementRecord => ({
  ticker: row.ticker,
  eventTicker: row.event_ticker,
  settledAt: toSentTime(row.settled_at),
  result: row.result,
  finalYesPrice: row.final_yes_price,
  finalNoPrice: row.final_no_price,
  yesPayout: row.yes_payout,
  noPayout: row.no_payout
})

/** Of a list by time every row has one: NULL is not later than anything. */
const TimedRow = Schema.Struct({ ...SettlementRow.fields, settled_at: time })

interface Key {
  readonly settledAt: string
  readonly ticker: string
}

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const columns = sql.literal(columnsOf(SettlementRow, "s"))
  return {
    ofMarket: (ticker: string) => sql`SELECT ${columns} FROM settlements s WHERE s.ticker = ${ticker}`,

    // The first condition is the one that the index can use; the pair of the key lies in two tables.
    since: (after: Key, limit: number) => sql`
      SELECT ${columns} FROM settlements s
      WHERE s.settled_at >= ${after.settledAt}
        AND (s.settled_at > ${after.settledAt} OR s.ticker > ${after.ticker})
      ORDER BY s.settled_at, s.ticker LIMIT ${limit}
    `
  }
}

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  const read = reader("settlements", SettlementRow)
  const readTimed = reader("settlements", TimedRow)

  return SettlementRepository.of({
    ofMarket: (ticker) =>
      Effect.map(read(select.ofMarket(ticker)), ([row]) =>
        Option.map(Option.fromNullable(row), toSettlement)
      ),

    since: (moment, paging) =>
      walk(
        {
          first: { settledAt: momentText(moment), ticker: "" },
          fetch: (after, limit) => readTimed(select.since(after, limit)),
          keyOf: ({ settled_at, ticker }) => ({ settledAt: settled_at, ticker })
        },
        paging
      ).pipe(Stream.map(toSettlement))
  })
})

export const layer = Layer.effect(SettlementRepository, make)
