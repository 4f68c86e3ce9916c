/** The numbers of markets, by ticker: given in the order in which tickers are first seen. */
import { Effect } from "effect"
import type { Database } from "../sqlite/Database.ts"

type Sql = Database["Type"]["sql"]

/** Some 100 bytes a market. Forgetting costs time only. */
const KNOWN_MAX = 400_000

/** What is known holds for as long as nobody else numbers markets, and no transaction fails. */
export const make = (sql: Sql) => {
  const known = new Map<string, number>()

  const learn = (tickers: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const json = JSON.stringify(tickers)
      yield* sql.unsafe("INSERT OR IGNORE INTO market_numbers (ticker) SELECT j.value FROM jsonb_each(?) j", [
        json
      ])
      const numbers = yield* sql.unsafe<{ position: number; market: number }>(
        `SELECT j.key AS position, n.market FROM jsonb_each(?) j JOIN market_numbers n ON n.ticker = j.value`,
        [json]
      )
      for (const { market, position } of numbers) known.set(tickers[position] as string, market)
    })

  /** The number of each of these, in their order. */
  const of = (tickers: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const numbers: Array<number> = []
      for (const ticker of tickers) {
        const number = known.get(ticker)
        if (number === undefined) break
        numbers.push(number)
      }
      if (numbers.length === tickers.length) return numbers
      if (known.size + tickers.length > KNOWN_MAX) known.clear()
      yield* learn([...new Set(tickers.filter((ticker) => !known.has(ticker)))])
      return tickers.map((ticker) => known.get(ticker) as number)
    })

  return { of }
}

export type MarketNumbers = ReturnType<typeof make>
