/** Markets in SQLite's `markets`. */
import { Effect, Layer, Option, Stream } from "effect"
import { MarketRepository } from "../../../services/MarketRepository.ts"
import { Database } from "../database/Database.ts"
import { AwaitingRow, MarketRow, toMarket } from "./market-row.ts"
import { walk } from "./page.ts"
import { columnsOf, momentText, reader } from "./rows.ts"

/** A market among those of several events. */
interface EventKey {
  readonly eventTicker: string
  readonly ticker: string
}

interface AwaitingKey {
  /** A `close_time`, or the empty string where there is none. */
  readonly closed: string
  readonly ticker: string
}

/**
 * The statements alone, so that a test can ask SQLite for their plans. Statuses stand in them as they are:
 * SQLite takes an index of some statuses only for a condition that it can read.
 */
export const statements = (sql: Database["Type"]["sql"]) => {
  const columns = sql.literal(columnsOf(MarketRow, "m"))
  const unsettled = sql.literal("coalesce(status, '') NOT IN ('finalized', 'settled')")
  const over = sql.literal("('closed', 'determined', 'disputed', 'amended')")
  return {
    byTicker: (ticker: string) => sql`SELECT ${columns} FROM markets m WHERE m.ticker = ${ticker}`,

    openOfEvent: (eventTicker: string, after: string, limit: number) => sql`
      SELECT ${columns} FROM markets m
      WHERE m.event_ticker = ${eventTicker} AND m.status = 'active' AND m.ticker > ${after}
      ORDER BY m.ticker LIMIT ${limit}
    `,

    // Event by event, so that a page costs its own rows and not those of a series' whole past.
    openOfSeries: (seriesTicker: string, after: EventKey, limit: number) => sql`
      SELECT ${columns} FROM events e
      CROSS JOIN markets m ON m.event_ticker = e.event_ticker
      WHERE e.series_ticker = ${seriesTicker} AND m.status = 'active'
        AND e.event_ticker >= ${after.eventTicker}
        AND (e.event_ticker > ${after.eventTicker} OR m.ticker > ${after.ticker})
      ORDER BY e.event_ticker, m.ticker LIMIT ${limit}
    `,

    // Along the events, so that a page goes on where the one before it ended; by status, each would read and
    // sort all that is open.
    openOfCategory: (category: string, after: EventKey, limit: number) => sql`
      SELECT ${columns} FROM market_rows o INDEXED BY market_rows_open
      CROSS JOIN market_numbers n ON n.market = o.market
      CROSS JOIN markets m ON m.ticker = n.ticker
      WHERE o.status = 'active' AND m.category = ${category}
        AND o.event_ticker >= ${after.eventTicker}
        AND (o.event_ticker > ${after.eventTicker} OR n.ticker > ${after.ticker})
      ORDER BY o.event_ticker, n.ticker LIMIT ${limit}
    `,

    // Indexes name whatever may be awaited; the conditions below them say what is. UNION in the place of
    // DISTINCT would have SQLite walk through all settlements, to merge them in the order of their markets.
    awaitingSettlement: (asOf: string, after: AwaitingKey, limit: number) => sql`
      WITH candidates AS MATERIALIZED (
        SELECT DISTINCT market FROM (
          SELECT market FROM market_rows
          WHERE ${unsettled} AND close_time > '' AND close_time <= ${asOf}
          UNION ALL
          SELECT market FROM market_rows WHERE status IN ${over}
          UNION ALL
          SELECT market FROM settlement_rows WHERE settled_at > ${asOf}
        )
      )
      SELECT coalesce(m.close_time, '') AS closed, ${columns}
      FROM candidates c
      CROSS JOIN market_numbers n ON n.market = c.market
      CROSS JOIN markets m ON m.ticker = n.ticker
      WHERE ((m.close_time > '' AND m.close_time <= ${asOf}) OR (m.status IN ${over} AND m.observed_at <= ${asOf}))
        AND (coalesce(m.close_time, ''), m.ticker) > (${after.closed}, ${after.ticker})
        AND NOT EXISTS (
          SELECT 1 FROM settlements s
          WHERE s.ticker = m.ticker AND (s.settled_at IS NULL OR s.settled_at <= ${asOf})
        )
      ORDER BY closed, m.ticker LIMIT ${limit}
    `
  }
}

/**
 * The key of a market in a listing by events. The listing finds markets by their events, so the event's
 * ticker is never null here.
 */
const keyAmongEvents = ({ event_ticker, ticker }: typeof MarketRow.Type): EventKey => ({
  eventTicker: event_ticker ?? "",
  ticker
})

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  const read = reader("markets", MarketRow)
  const readAwaiting = reader("markets", AwaitingRow)

  return MarketRepository.of({
    byTicker: (ticker) =>
      Effect.map(read(select.byTicker(ticker)), ([row]) => Option.map(Option.fromNullable(row), toMarket)),

    openOfEvent: (eventTicker, paging) =>
      walk(
        {
          first: "",
          fetch: (after, limit) => read(select.openOfEvent(eventTicker, after, limit)),
          keyOf: ({ ticker }) => ticker
        },
        paging
      ).pipe(Stream.map(toMarket)),

    openOfSeries: (seriesTicker, paging) =>
      walk(
        {
          first: { eventTicker: "", ticker: "" },
          fetch: (after, limit) => read(select.openOfSeries(seriesTicker, after, limit)),
          keyOf: keyAmongEvents
        },
        paging
      ).pipe(Stream.map(toMarket)),

    openOfCategory: (category, paging) =>
      walk(
        {
          first: { eventTicker: "", ticker: "" },
          fetch: (after, limit) => read(select.openOfCategory(category, after, limit)),
          keyOf: keyAmongEvents
        },
        paging
      ).pipe(Stream.map(toMarket)),

    awaitingSettlement: (asOf, paging) =>
      walk(
        {
          first: { closed: "", ticker: "" },
          fetch: (after, limit) => readAwaiting(select.awaitingSettlement(momentText(asOf), after, limit)),
          keyOf: ({ closed, ticker }) => ({ closed, ticker })
        },
        paging
      ).pipe(Stream.map(toMarket))
  })
})

export const layer = Layer.effect(MarketRepository, make)
