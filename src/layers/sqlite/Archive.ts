/** The Archive over SQLite. */
import { Effect, Layer, Option } from "effect"
import type { Cutoff, Life, Selection } from "../../domain/ask/backfill/plan.ts"
import { epochMillis, isoMicros, type SlotSeconds } from "../../domain/units/time.ts"
import { Archive } from "../../services/Archive.ts"
import { Database, storage } from "./database/Database.ts"

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

interface CutoffRow {
  readonly market_settled_ts: string
  readonly trades_created_ts: string
}

const toCutoff = ({ market_settled_ts, trades_created_ts }: CutoffRow): Cutoff => ({
  marketsSettled: Math.floor(epochMillis(market_settled_ts) / 1000),
  tradesCreated: Math.floor(epochMillis(trades_created_ts) / 1000)
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

  /** Markets of a selection that lived in its span of time. */
  const lived = (selection: Selection) => sql`
    (${chosen(selection)})
      AND ${selection.from === null ? sql`true` : sql`coalesce(nullif(m.close_time, ''), '~') >= ${timeText(selection.from)}`}
      AND ${selection.to === null ? sql`true` : sql`coalesce(m.open_time, '') <= ${timeText(selection.to)}`}
  `

  /**
   * Condition on a row of `cutoff_rows`: it has both times. Times of two different answers must not be
   * combined.
   */
  const isWhole = sql.literal("market_settled_ts IS NOT NULL AND trades_created_ts IS NOT NULL")

  return Archive.of({
    cutoffs: (since) =>
      Effect.all([
        sql<CutoffRow>`
          SELECT market_settled_ts, trades_created_ts FROM cutoff_rows
          WHERE observed_at >= ${timeText(since)} AND ${isWhole} ORDER BY seq LIMIT 1
        `,
        sql<CutoffRow>`
          SELECT market_settled_ts, trades_created_ts FROM cutoff_rows
          WHERE ${isWhole} ORDER BY seq DESC LIMIT 1
        `
      ]).pipe(
        Effect.map(([[first], [last]]) =>
          Option.map(Option.fromNullable(last), (now) => ({
            first: toCutoff(first ?? now),
            now: toCutoff(now)
          }))
        ),
        storage("reading the cutoff of the archive")
      ),

    lives: (selection) =>
      sql<Row>`
        SELECT n.ticker, m.open_time, m.close_time, m.settlement_ts
        FROM market_rows m JOIN market_numbers n ON n.market = m.market
        WHERE ${lived(selection)}
        ORDER BY n.ticker
      `.pipe(
        Effect.map((rows) => rows.map(toLife)),
        storage("naming the markets of a backfill")
      ),

    eventsWithoutMarkets: (series) =>
      sql<{ event_ticker: string }>`
        SELECT event_ticker FROM event_rows
        WHERE series_ticker = ${series} AND event_ticker NOT IN (SELECT event_ticker FROM market_rows)
        ORDER BY event_ticker
      `.pipe(
        Effect.map((rows) => rows.map(({ event_ticker }) => event_ticker)),
        storage("naming the events of a backfill")
      ),

    unknownEvents: (selection) =>
      sql<{ event_ticker: string }>`
        SELECT DISTINCT m.event_ticker
        FROM market_rows m JOIN market_numbers n ON n.market = m.market
        WHERE ${lived(selection)}
          AND m.mve_collection_ticker IS NULL -- no listing of events has those of combos
          AND m.event_ticker NOT IN (SELECT event_ticker FROM event_rows)
        ORDER BY m.event_ticker
      `.pipe(
        Effect.map((rows) => rows.map(({ event_ticker }) => event_ticker)),
        storage("naming the events of a backfill")
      )
  })
})

export const layer = Layer.effect(Archive, make)
