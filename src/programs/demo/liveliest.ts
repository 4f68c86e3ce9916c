/** Finds the market whose price moved most during the recording. */
import type { QueryValue } from "../../services/Analytics.ts"
import { chart, type Point } from "../terminal/chart.ts"
import { cut } from "../terminal/text-width.ts"

const POINTS_MIN = 4

export const LIVELIEST = `
SELECT ticker, any_value(title),
  list(epoch_ms(snapshot_time) ORDER BY snapshot_time),
  list((yes_bid + yes_ask) / 2 ORDER BY snapshot_time)
FROM price_snapshots JOIN markets USING (ticker) WHERE yes_bid > 0 AND yes_ask < 100
GROUP BY ticker HAVING count(*) >= ${POINTS_MIN}
ORDER BY count(DISTINCT yes_bid) DESC, count(*) DESC, ticker LIMIT 1`

interface Liveliest {
  readonly ticker: string
  readonly title: string
  readonly points: ReadonlyArray<Point>
}

/** Reads the answer of `LIVELIEST`. The result is `undefined` if no market has enough quotes. */
export const liveliestOf = ([row]: ReadonlyArray<ReadonlyArray<QueryValue>>): Liveliest | undefined => {
  const [ticker, title, times, prices] = row ?? []
  if (typeof ticker !== "string" || !Array.isArray(times) || !Array.isArray(prices)) return undefined
  const points = times.map((at, n) => ({ at: Number(at), value: Number(prices[n]) }))
  return { ticker, title: typeof title === "string" ? title : "", points }
}

export const chartLines = ({ points, ticker, title }: Liveliest, columns: number): ReadonlyArray<string> => [
  cut(`${ticker}  ${title.replaceAll("**", "")}`, columns),
  "price of YES in cents, half way between bid and ask",
  "",
  ...chart(points, { columns, height: 10 }).split("\n")
]
