/** Tests the calibration of prices: whether about 30 of 100 markets at 30 cents paid out. */
import type { QueryValue } from "../../services/Analytics.ts"
import { count, plural } from "../terminal/output.ts"
import { table } from "../terminal/table.ts"

/**
 * How long before its expected result the price of a market is taken, in hours. The local exchange expects
 * most results three hours after the scheduled close.
 */
const HOURS_BEFORE = 3

/**
 * Selects one price per market: the last quote received in the hour that ends `HOURS_BEFORE` hours before its
 * expected result. `close_time` is not used, because it moves when a market closes early, which nobody could
 * know at that time. A missing side counts as the end of the scale, 0 or 100 cents; a market with neither side
 * has no price. The standard error is the one expected if the prices are right.
 */
export const CALIBRATION = `
WITH asked AS (
  SELECT ticker, expected_expiration_time - INTERVAL ${HOURS_BEFORE} HOUR AS moment
  FROM markets
), priced AS (
  SELECT asked.ticker, (yes_bid + yes_ask) / 2 AS price
  FROM asked ASOF JOIN price_snapshots p
    ON p.ticker = asked.ticker AND p.observed_at <= moment
  WHERE moment - p.observed_at < INTERVAL 1 HOUR
    AND (yes_bid > 0 OR yes_ask < 100)
)
SELECT 20 * floor(price / 20) AS at_least,
  20 * floor(price / 20) + 20 AS below, count(*) AS markets,
  round(avg(price), 1) AS mean_price,
  round(avg(yes_payout), 1) AS mean_payout,
  round(sqrt(sum(price * (100 - price))) / count(*), 1) AS standard_error
FROM priced JOIN settlements USING (ticker)
GROUP BY ALL ORDER BY at_least`

/** Counts the markets that settled and have recorded prices. */
export const SETTLED = `
SELECT count(DISTINCT ticker) FROM settlements JOIN price_snapshots USING (ticker)`

/** The smallest number of markets for a verdict. Fewer are too few for five bands. */
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

/** Formats the answer of `CALIBRATION` for the terminal. */
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
    `${plural(markets, "market")} that settled, each at its price ${HOURS_BEFORE} hours before the result was`,
    "expected: half way between bid and ask, where a missing bid counts as 0 and",
    "a missing ask as 100 cents.",
    `${count(without)} more had no quote in the hour before that time.`,
    verdict(bands, markets)
  ]
}
