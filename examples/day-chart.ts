/**
 * Draws one UTC day of the market that was traded most in the newest slot:
 * `npx tsx examples/day-chart.ts [DATA_DIR]`. It asks the query layer for the market, and the repository for its
 * quotes.
 */
import { Console, DateTime, Effect, Option, Stream } from "effect"
import { Analytics, dataDirectory, PriceRepository } from "kalshi-tape"

const [path = "data"] = process.argv.slice(2)

const MOST_TRADED = `
  SELECT ticker FROM price_snapshots
  WHERE snapshot_time = (SELECT max(snapshot_time) FROM price_snapshots) AND midpoint IS NOT NULL
  ORDER BY volume_24h DESC, ticker LIMIT 1`

const program = Effect.gen(function* () {
  const analytics = yield* Analytics
  const prices = yield* PriceRepository
  const { rows } = yield* analytics.query({ sql: MOST_TRADED })
  const newest = yield* prices.lastSlot
  if (rows[0] === undefined || Option.isNone(newest)) return yield* Console.log("no prices are recorded")

  const ticker = String(rows[0][0])
  const from = DateTime.startOf(newest.value, "day")
  const day = { from, to: DateTime.add(from, { days: 1 }) }
  const quotes = yield* Stream.runCollect(prices.between(ticker, day))
  yield* Console.log(`${ticker} on ${DateTime.formatIsoDateUtc(from)}, midpoint in cents`)
  for (const { midpoint, snapshotTime } of quotes) {
    // A one-sided book has no midpoint: the day's chart leaves out such slots.
    if (midpoint === null) continue
    const time = DateTime.formatIso(snapshotTime).slice(11, 16)
    yield* Console.log(`${time} ${midpoint.toFixed(2).padStart(6)} ${"█".repeat(Math.round(midpoint / 2))}`)
  }
})

Effect.runPromise(Effect.provide(program, dataDirectory(path)))
