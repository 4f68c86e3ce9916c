/** Events in SQLite's `events`. */
import { Effect, Layer } from "effect"
import { events } from "../../../domain/read/events/table.ts"
import { EventRepository } from "../../../services/EventRepository.ts"
import { Database } from "../database/Database.ts"
import { paginate } from "./keyset.ts"
import { recordsOf } from "./records.ts"

const records = recordsOf(events)

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const columns = sql.literal(records.columns("e"))
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
  return EventRepository.of({
    byTicker: (eventTicker) => records.first(select.byTicker(eventTicker)),

    ofSeries: (seriesTicker, paging) =>
      paginate(
        {
          first: "",
          fetch: (after, limit) => records.all(select.ofSeries(seriesTicker, after, limit)),
          keyOf: ({ eventTicker }) => eventTicker
        },
        paging
      )
  })
})

export const layer = Layer.effect(EventRepository, make)
