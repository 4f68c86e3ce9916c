/** Whether prices came true: of the markets at 30 cents, did 30 in 100 pay? */
import type { QueryValue } from "../../services/Analytics.ts"
import { count, plural } from "../terminal/output.ts"
import { table } from "../terminal/table.ts"

/**
 * One price a market: its last quote that was seen five minutes or more before the close. A side without an order
 * is bounded by the end of the scale, 0 or 100 cents; who has neither side has no price. The standard error is the one
 * to be expected where the prices are right.
 */
export const CALIBRATION = `
WITH priced AS (
  SELECT ticker, any_value(s.yes_payout) AS payout,
    last((p.yes_bid + p.yes_ask) / 2 ORDER BY p.snapshot_time) AS price
  FROM price_snapshots p JOIN markets m USING (ticker)
    JOIN settlements s USING (ticker)
  WHERE p.observed_at <= m.close_time - INTERVAL 5 MINUTE
    AND (p.yes_bid > 0 OR p.yes_ask < 100)
  GROUP BY ticker)
SELECT 20 * floor(price / 20) AS at_least,
  20 * floor(price / 20) + 20 AS below, count(*) AS markets,
  round(avg(price), 1) AS mean_price, round(avg(payout), 1) AS mean_payout,
  round(sqrt(sum(price * (100 - price))) / count(*), 1) AS standard_error
FROM priced GROUP BY ALL ORDER BY at_least`

/** Markets that settled while their prices were recorded. */
export const SETTLED = `
SELECT count(DISTINCT ticker) FROM settlements JOIN price_snapshots USING (ticker)`

/** Fewer say nothing about five bands. */
const MARKETS_MIN = 100

const HEAD = ["price in cents", "markets", "mean price", "mean payout", "standard error"] as const

const numbers = (row: ReadonlyArray<QueryValue>): ReadonlyArray<number> => row.map(Number)

const verdict = (bands: ReadonlyArray<ReadonlyArray<number>>, markets: number): string => {
  if (markets < MARKETS_MIN) return "Too few to tell: --hours 5 records more."
  const within = bands.filter(
    ([, , , price = 0, payout = 0, error = 0]) => Math.abs(payout - price) <= 2 * error
  )
  return within.length === bands.length
    ? `Yes, within two standard errors in all ${bands.length} bands: this exchange is made so.`
    : `Within two standard errors in ${within.length} of ${bands.length} bands; by chance one in twenty is not.`
}

/** The answer of CALIBRATION, as lines for a person. */
export const calibrationLines = (
  rows: ReadonlyArray<ReadonlyArray<QueryValue>>,
  settled: number
): ReadonlyArray<string> => {
  const bands = rows.map(numbers)
  const markets = bands.reduce((sum, [, , n = 0]) => sum + n, 0)
  const without = settled - markets
  const shown = bands.map(([from = 0, to = 0, n = 0, price = 0, payout = 0, error = 0]) =>
    [`${from} to ${to}`, count(n), price.toFixed(1), payout.toFixed(1), `± ${error.toFixed(1)}`].map(
      (text, at) => text.padStart(HEAD[at]?.length ?? 0)
    )
  )
  return [
    ...table(HEAD, shown).split("\n"),
    "",
    `${plural(markets, "market")} that settled, each at its last price 5 minutes or more`,
    `before its close; ${count(without)} more had none then.`,
    verdict(bands, markets)
  ]
}
