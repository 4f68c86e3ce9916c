/** The scope of a backfill: what it must know from the tables before it can ask for trades and candles. */

import { Effect, Option } from "effect"
import type { MarketLife, Selection } from "../../domain/ask/backfill/plan.ts"
import type { TierBoundary } from "../../domain/ask/live-tier.ts"
import { epochMillis, type SlotSeconds, timeText } from "../../domain/units/time.ts"
import { Database, storage } from "./database/Database.ts"

interface LifeRow {
  readonly ticker: string
  readonly open_time: string | null
  readonly close_time: string | null
  readonly settlement_ts: string | null
}

/** Returns the seconds of a time. The exchange sends "" for a time that is not set. */
const seconds = (text: string | null): SlotSeconds | null =>
  text === null || text === "" ? null : Math.floor(epochMillis(text) / 1000)

const toLife = (row: LifeRow): MarketLife => ({
  ticker: row.ticker,
  opened: seconds(row.open_time),
  closes: seconds(row.close_time),
  settled: seconds(row.settlement_ts)
})

interface BoundaryRow {
  readonly market_settled_ts: string
  readonly trades_created_ts: string
}

const toBoundary = ({ market_settled_ts, trades_created_ts }: BoundaryRow): TierBoundary => ({
  marketsSettled: Math.floor(epochMillis(market_settled_ts) / 1000),
  tradesCreated: Math.floor(epochMillis(trades_created_ts) / 1000)
})

export const make = Effect.gen(function* () {
  const { sql } = yield* Database

  const selected = ({ event, series, tickers }: Selection) => {
    if (tickers.length > 0) return sql.in("n.ticker", tickers)
    if (event !== null) return sql`m.event_ticker = ${event}`
    return series === null
      ? sql`true`
      : sql`m.event_ticker IN (SELECT event_ticker FROM event_rows WHERE series_ticker = ${series})
          OR m.event_ticker LIKE ${`${series}-%`}`
  }

  /** Condition on a market: it is selected, and existed in the time range of the selection. */
  const lived = (selection: Selection) => sql`
    (${selected(selection)})
      AND ${selection.from === null ? sql`true` : sql`coalesce(nullif(m.close_time, ''), '~') >= ${timeText(selection.from)}`}
      AND ${selection.to === null ? sql`true` : sql`coalesce(m.open_time, '') <= ${timeText(selection.to)}`}
  `

  /** Condition on a row of `cutoff_rows`: it has both times. Times of two answers must not be combined. */
  const isWhole = sql.literal("market_settled_ts IS NOT NULL AND trades_created_ts IS NOT NULL")

  return {
    /** The tier boundary that was observed first since a time, and the one that was observed last. */
    boundaries: (since: SlotSeconds) =>
      Effect.all([
        sql<BoundaryRow>`
          SELECT market_settled_ts, trades_created_ts FROM cutoff_rows
          WHERE observed_at >= ${timeText(since)} AND ${isWhole} ORDER BY seq LIMIT 1
        `,
        sql<BoundaryRow>`
          SELECT market_settled_ts, trades_created_ts FROM cutoff_rows
          WHERE ${isWhole} ORDER BY seq DESC LIMIT 1
        `
      ]).pipe(
        Effect.map(([[first], [last]]) =>
          Option.map(Option.fromNullable(last), (now) => ({
            first: toBoundary(first ?? now),
            now: toBoundary(now)
          }))
        ),
        storage("reading the tier boundary")
      ),

    /** The markets of a selection that existed in its time range, by ticker. */
    lives: (selection: Selection) =>
      sql<LifeRow>`
        SELECT n.ticker, m.open_time, m.close_time, m.settlement_ts
        FROM market_rows m JOIN market_numbers n ON n.market = m.market
        WHERE ${lived(selection)}
        ORDER BY n.ticker
      `.pipe(
        Effect.map((rows) => rows.map(toLife)),
        storage("naming the markets of a backfill")
      ),

    /**
     * The events of a series that have no recorded market, by ticker. An event may be older than its series, and
     * its markets may be named after its former series, so that the listings of the series' markets do not
     * contain them.
     */
    eventsWithoutMarkets: (series: string) =>
      sql<{ event_ticker: string }>`
        SELECT event_ticker FROM event_rows
        WHERE series_ticker = ${series} AND event_ticker NOT IN (SELECT event_ticker FROM market_rows)
        ORDER BY event_ticker
      `.pipe(
        Effect.map((rows) => rows.map(({ event_ticker }) => event_ticker)),
        storage("naming the events of a backfill")
      ),

    /** The events of such markets that the tables do not have, by ticker. */
    unknownEvents: (selection: Selection) =>
      sql<{ event_ticker: string }>`
        SELECT DISTINCT m.event_ticker
        FROM market_rows m JOIN market_numbers n ON n.market = m.market
        WHERE ${lived(selection)}
          AND m.mve_collection_ticker IS NULL -- no listing of events has the events of combos
          AND m.event_ticker NOT IN (SELECT event_ticker FROM event_rows)
        ORDER BY m.event_ticker
      `.pipe(
        Effect.map((rows) => rows.map(({ event_ticker }) => event_ticker)),
        storage("naming the events of a backfill")
      )
  }
})
