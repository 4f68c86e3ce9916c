/** Settlements in SQLite's `settlements`. */
import { Effect, Layer } from "effect"
import { settlements } from "../../../domain/read/settlements/table.ts"
import { momentText } from "../../../domain/units/moment.ts"
import { SettlementRepository } from "../../../services/SettlementRepository.ts"
import { Database } from "../database/Database.ts"
import { paginate } from "./keyset.ts"
import { recordsOf, sentText } from "./records.ts"

const records = recordsOf(settlements)

interface SettlementKey {
  readonly settledAt: string
  readonly ticker: string
}

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const columns = sql.literal(records.columns("s"))
  return {
    ofMarket: (ticker: string) => sql`SELECT ${columns} FROM settlements s WHERE s.ticker = ${ticker}`,

    // The first condition is the one that the index can use; the pair of the key is in two tables. A row without
    // a time fulfils it never: NULL is not later than anything.
    since: (after: SettlementKey, limit: number) => sql`
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
  return SettlementRepository.of({
    ofMarket: (ticker) => records.first(select.ofMarket(ticker)),

    since: (moment, paging) =>
      paginate(
        {
          first: { settledAt: momentText(moment), ticker: "" },
          fetch: (after, limit) => records.all(select.since(after, limit)),
          keyOf: ({ settledAt, ticker }) => ({ settledAt: sentText(settledAt), ticker })
        },
        paging
      )
  })
})

export const layer = Layer.effect(SettlementRepository, make)
