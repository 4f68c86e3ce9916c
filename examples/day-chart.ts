/**
 * Draws one UTC day of the market that was traded most of those in the newest complete slot:
 * `npx tsx examples/day-chart.ts [DATA_DIR]`. It asks the query layer for the market, and the repository for its
 * quotes.
 */
import { Console, DateTime, Effect, Option, Stream } from "effect"
import { Analytics, dataDirectory, PriceRepository } from "kalshi-tape"

const [path = "data"] = process.argv.slice(2)

// Only a complete slot lists the whole exchange.
const MOST_TRADED = `
  SELECT ticker FROM latest_prices WHERE is_open ORDER BY volume DESC, ticker LIMIT 1`

/** Returns the middle of a quote in cents. An empty bid is 0 and an empty ask 100, and with neither there is no price. */
const middle = (bid: number | null, ask: number | null): number | undefined =>
  bid === null || ask === null || (bid === 0 && ask === 100) ? undefined : (bid + ask) / 2

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
  yield* Console.log(`${ticker} on ${DateTime.formatIsoDateUtc(from)}, price of YES in cents`)
  for (const { snapshotTime, yesAsk, yesBid } of quotes) {
    const time = DateTime.formatIso(snapshotTime).slice(11, 16)
    const price = middle(yesBid, yesAsk)
    const drawn =
      price === undefined
        ? "no price"
        : `${price.toFixed(2).padStart(6)} ${"█".repeat(Math.round(price / 2))}`
    yield* Console.log(`${time} ${drawn}`)
  }
})

Effect.runPromise(Effect.provide(program, dataDirectory(path)))
