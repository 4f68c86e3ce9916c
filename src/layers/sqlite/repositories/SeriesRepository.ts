/** Series in SQLite's `series`. There are some 15,000, so a category is found by reading all of them. */
import { Effect, Layer } from "effect"
import { series } from "../../../domain/read/series/table.ts"
import { type SeriesRecord, SeriesRepository } from "../../../services/SeriesRepository.ts"
import { Database } from "../database/Database.ts"
import { paginate } from "./keyset.ts"
import { recordsOf } from "./records.ts"

const records = recordsOf(series)

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const columns = sql.literal(records.columns("s"))
  return {
    byTicker: (seriesTicker: string) =>
      sql`SELECT ${columns} FROM series s WHERE s.series_ticker = ${seriesTicker}`,

    ofCategory: (category: string, after: string, limit: number) => sql`
      SELECT ${columns} FROM series s
      WHERE s.series_ticker > ${after} AND (
        s.category = ${category}
        OR EXISTS (SELECT 1 FROM json_each(s.categories) j WHERE j.value = ${category})
      )
      ORDER BY s.series_ticker LIMIT ${limit}
    `,

    all: (after: string, limit: number) => sql`
      SELECT ${columns} FROM series s WHERE s.series_ticker > ${after}
      ORDER BY s.series_ticker LIMIT ${limit}
    `
  }
}

const byTicker = { first: "", keyOf: ({ seriesTicker }: SeriesRecord) => seriesTicker }

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  return SeriesRepository.of({
    byTicker: (seriesTicker) => records.first(select.byTicker(seriesTicker)),

    ofCategory: (category, paging) =>
      paginate(
        { ...byTicker, fetch: (after, limit) => records.all(select.ofCategory(category, after, limit)) },
        paging
      ),

    all: (paging) =>
      paginate({ ...byTicker, fetch: (after, limit) => records.all(select.all(after, limit)) }, paging)
  })
})

export const layer = Layer.effect(SeriesRepository, make)
