/** Markets in SQLite's `markets`. */
import { Effect, Layer } from "effect"
import { markets } from "../../../domain/read/markets/table.ts"
import { momentText } from "../../../domain/units/moment.ts"
import { type MarketRecord, MarketRepository } from "../../../services/MarketRepository.ts"
import { Database } from "../database/Database.ts"
import { paginate } from "./keyset.ts"
import { recordsOf, sentText } from "./records.ts"

const records = recordsOf(markets)

/** The key of a market in a list by events. */
interface EventKey {
  readonly eventTicker: string
  readonly ticker: string
}

/** The key of a market in a list by closing time. */
interface AwaitingKey {
  /** A `close_time`, or the empty string where there is none. */
  readonly closed: string
  readonly ticker: string
}

/**
 * The statements alone, so that a test can ask SQLite for their plans. Statuses are literals in them and not
 * parameters: SQLite uses an index of some statuses only if it can see that the condition implies them.
 */
export const statements = (sql: Database["Type"]["sql"]) => {
  const columns = sql.literal(records.columns("m"))
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

    // The outer loop follows the events, so that a page begins where the one before it ended. A search by status
    // would read and sort all open markets for each page. The likelihood makes SQLite prefer the index of open markets;
    // its name may not be used, because a rebuild beside a recorder gives indexes other names.
    openOfCategory: (category: string, after: EventKey, limit: number) => sql`
      SELECT ${columns} FROM market_rows o
      CROSS JOIN market_numbers n ON n.market = o.market
      CROSS JOIN markets m ON m.ticker = n.ticker
      WHERE likelihood(o.status = 'active', 0.99) AND m.category = ${category}
        AND o.event_ticker >= ${after.eventTicker}
        AND (o.event_ticker > ${after.eventTicker} OR n.ticker > ${after.ticker})
      ORDER BY o.event_ticker, n.ticker LIMIT ${limit}
    `,

    // The candidates come from indexes, and may be too many: the conditions below them decide. With UNION in the
    // place of DISTINCT, SQLite would read all settlements, to merge them in the order of their markets.
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
      SELECT ${columns}
      FROM candidates c
      CROSS JOIN market_numbers n ON n.market = c.market
      CROSS JOIN markets m ON m.ticker = n.ticker
      WHERE ((m.close_time > '' AND m.close_time <= ${asOf}) OR (m.status IN ${over} AND m.observed_at <= ${asOf}))
        AND (coalesce(m.close_time, ''), m.ticker) > (${after.closed}, ${after.ticker})
        AND NOT EXISTS (
          SELECT 1 FROM settlements s
          WHERE s.ticker = m.ticker AND (s.settled_at IS NULL OR s.settled_at <= ${asOf})
        )
      ORDER BY coalesce(m.close_time, ''), m.ticker LIMIT ${limit}
    `
  }
}

/** The order of lists by events, which find a market by its event: its event's ticker is never null there. */
const byEvent = {
  first: { eventTicker: "", ticker: "" },
  keyOf: ({ eventTicker, ticker }: MarketRecord): EventKey => ({ eventTicker: eventTicker ?? "", ticker })
}

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  return MarketRepository.of({
    byTicker: (ticker) => records.first(select.byTicker(ticker)),

    openOfEvent: (eventTicker, paging) =>
      paginate(
        {
          first: "",
          fetch: (after, limit) => records.all(select.openOfEvent(eventTicker, after, limit)),
          keyOf: ({ ticker }) => ticker
        },
        paging
      ),

    openOfSeries: (seriesTicker, paging) =>
      paginate(
        { ...byEvent, fetch: (after, limit) => records.all(select.openOfSeries(seriesTicker, after, limit)) },
        paging
      ),

    openOfCategory: (category, paging) =>
      paginate(
        { ...byEvent, fetch: (after, limit) => records.all(select.openOfCategory(category, after, limit)) },
        paging
      ),

    awaitingSettlement: (asOf, paging) =>
      paginate(
        {
          first: { closed: "", ticker: "" },
          fetch: (after, limit) => records.all(select.awaitingSettlement(momentText(asOf), after, limit)),
          keyOf: ({ closeTime, ticker }) => ({ closed: sentText(closeTime), ticker })
        },
        paging
      )
  })
})

export const layer = Layer.effect(MarketRepository, make)
