/** Events in SQLite's `events`. */
import { Effect, Layer, Option, Schema, Stream } from "effect"
import { type EventRecord, EventRepository } from "../../../services/EventRepository.ts"
import { Database } from "../database/Database.ts"
import { walk } from "./page.ts"
import {
  columnsOf,
  flag,
  integer,
  reader,
  sentTime,
  text,
  time,
  toBoolean,
  toSentTime,
  toUtcTime
} from "./rows.ts"

export const EventRow = Schema.Struct({
  event_ticker: Schema.String,
  series_ticker: text,
  title: text,
  sub_title: text,
  category: text,
  mutually_exclusive: flag,
  collateral_return_type: text,
  strike_date: sentTime,
  strike_period: text,
  last_updated_ts: sentTime,
  exchange_index: integer,
  observed_at: time
})

export const toEvent = (row: typeof EventRow.Type): EventRecord => ({
  eventTicker: row.event_ticker,
  seriesTicker: row.series_ticker,
  title: row.title,
  subTitle: row.sub_title,
  category: row.category,
  mutuallyExclusive: toBoolean(row.mutually_exclusive),
  collateralReturnType: row.collateral_return_type,
  strikeTime: toSentTime(row.strike_date),
  strikePeriod: row.strike_period,
  lastUpdatedTime: toSentTime(row.last_updated_ts),
  exchangeIndex: row.exchange_index,
  observedAt: toUtcTime(row.observed_at)
})

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const columns = sql.literal(columnsOf(EventRow, "e"))
  return {
    byTicker: (eventTicker: string) =>
      sql`SELECT ${columns} FROM events e WHERE e.event_ticker = ${eventTicker}`,

    ofSeries: (seriesTicker: string, after: string, limit: number) => sql`
      SELECT ${columns} FROM events e
      WHERE e.series_ticker = ${seriesTicker} AND e.event_ticker > ${after}
      ORDER BY e.event_ticker LIMIT ${limit}
    `
  }
}

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  const read = reader("events", EventRow)

  return EventRepository.of({
    byTicker: (eventTicker) =>
      Effect.map(read(select.byTicker(eventTicker)), ([row]) =>
        Option.map(Option.fromNullable(row), toEvent)
      ),

    ofSeries: (seriesTicker, paging) =>
      walk(
        {
          first: "",
          fetch: (after, limit) => read(select.ofSeries(seriesTicker, after, limit)),
          keyOf: (row) => row.event_ticker
        },
        paging
      ).pipe(Stream.map(toEvent))
  })
})

export const layer = Layer.effect(EventRepository, make)
