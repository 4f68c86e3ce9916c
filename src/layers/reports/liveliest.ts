/** Finds the market whose price moved most of late, for reports of a market that name none. */
import { Effect } from "effect"
import { QueryFailed } from "../../domain/errors.ts"
import { Analytics, type QueryProblem } from "../../services/Analytics.ts"
import { textOf } from "./cells.ts"

/** The time before the last recorded slot in which prices are compared, in days. */
const DAYS = 7
/** The least number of two-sided quotes, without which a chart has no line. */
const QUOTES_MIN = 2

const LIVELIEST = `
SELECT ticker FROM price_snapshots
WHERE yes_bid > 0 AND yes_ask < 100
  AND snapshot_time > (SELECT max(slot) FROM collection_runs WHERE feed = 'markets') - INTERVAL ${DAYS} DAY
GROUP BY ticker HAVING count(*) >= ${QUOTES_MIN}
ORDER BY count(DISTINCT yes_bid) DESC, count(*) DESC, ticker LIMIT 1`

/** The ticker of that market. Fails if no market has enough quotes. */
export const liveliest: Effect.Effect<string, QueryProblem, Analytics> = Effect.gen(function* () {
  const { rows } = yield* Effect.flatMap(Analytics, (analytics) => analytics.query({ sql: LIVELIEST }))
  const ticker = textOf(rows[0]?.[0])
  if (ticker !== null) return ticker
  return yield* new QueryFailed({
    why: `no market has ${QUOTES_MIN} recorded quotes with a bid and an ask yet. Name a market: kalshi query "SELECT ticker, title FROM markets" lists them`
  })
})
