/** The Archive over SQLite. */
import { Effect, Layer, Option } from "effect"
import type { Life, Selection } from "../../domain/backfill.ts"
import { epochMillis, isoMicros, type SlotSeconds } from "../../domain/time.ts"
import { Archive } from "../../services/Archive.ts"
import { Database, storage } from "./Database.ts"

interface Row {
  readonly ticker: string
  readonly open_time: string | null
  readonly close_time: string | null
  readonly settlement_ts: string | null
}

/** Times that the exchange sent as "" are none. */
const seconds = (text: string | null): SlotSeconds | null =>
  text === null || text === "" ? null : Math.floor(epochMillis(text) / 1000)

const toLife = (row: Row): Life => ({
  ticker: row.ticker,
  opened: seconds(row.open_time),
  closes: seconds(row.close_time),
  settled: seconds(row.settlement_ts)
})

const timeText = (at: SlotSeconds) => isoMicros(at * 1_000_000)

export const make = Effect.gen(function* () {
  const { sql } = yield* Database

  const chosen = ({ event, series, tickers }: Selection) => {
    if (tickers.length > 0) return sql.in("n.ticker", tickers)
    if (event !== null) return sql`m.event_ticker = ${event}`
    return series === null
      ? sql`true`
      : sql`m.event_ticker IN (SELECT event_ticker FROM event_rows WHERE series_ticker = ${series})
          OR m.event_ticker LIKE ${`${series}-%`}`
  }

  return Archive.of({
    cutoff: sql<{ market_settled_ts: string; trades_created_ts: string }>`
      SELECT market_settled_ts, trades_created_ts FROM cutoff_rows ORDER BY seq DESC LIMIT 1
    `.pipe(
      Effect.map(([row]) =>
        Option.map(Option.fromNullable(row), ({ market_settled_ts, trades_created_ts }) => ({
          marketsSettled: Math.floor(epochMillis(market_settled_ts) / 1000),
          tradesCreated: Math.floor(epochMillis(trades_created_ts) / 1000)
        }))
      ),
      storage("reading the cutoff of the archive")
    ),

    lives: (selection) =>
      sql<Row>`
        SELECT n.ticker, m.open_time, m.close_time, m.settlement_ts
        FROM market_rows m JOIN market_numbers n ON n.market = m.market
        WHERE (${chosen(selection)})
          AND ${selection.from === null ? sql`true` : sql`coalesce(nullif(m.close_time, ''), '~') >= ${timeText(selection.from)}`}
          AND ${selection.to === null ? sql`true` : sql`coalesce(m.open_time, '') <= ${timeText(selection.to)}`}
        ORDER BY n.ticker
      `.pipe(
        Effect.map((rows) => rows.map(toLife)),
        storage("naming the markets of a backfill")
      )
  })
})

export const layer = Layer.effect(Archive, make)
