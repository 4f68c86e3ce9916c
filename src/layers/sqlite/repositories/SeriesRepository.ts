/** Series in SQLite's `series`. They are some 15,000, so a category is found by looking through them. */
import { Effect, Layer, Option, Schema, Stream } from "effect"
import { type SeriesRecord, SeriesRepository } from "../../../services/SeriesRepository.ts"
import { Database } from "../database/Database.ts"
import { walk } from "./page.ts"
import { columnsOf, integer, number, reader, sentTime, text, time, toSentTime, toUtcTime } from "./rows.ts"

export const SeriesRow = Schema.Struct({
  series_ticker: Schema.String,
  title: text,
  category: text,
  categories: text,
  tags: text,
  frequency: text,
  fee_type: text,
  fee_multiplier: number,
  contract_url: text,
  contract_terms_url: text,
  settlement_sources: text,
  additional_prohibitions: text,
  volume: number,
  last_updated_ts: sentTime,
  exchange_index: integer,
  observed_at: time
})

export const toSeries = (row: typeof SeriesRow.Type): SeriesRecord => ({
  seriesTicker: row.series_ticker,
  title: row.title,
  category: row.category,
  categories: row.categories,
  tags: row.tags,
  frequency: row.frequency,
  feeType: row.fee_type,
  feeMultiplier: row.fee_multiplier,
  contractUrl: row.contract_url,
  contractTermsUrl: row.contract_terms_url,
  settlementSources: row.settlement_sources,
  additionalProhibitions: row.additional_prohibitions,
  volume: row.volume,
  lastUpdatedTime: toSentTime(row.last_updated_ts),
  exchangeIndex: row.exchange_index,
  observedAt: toUtcTime(row.observed_at)
})

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const columns = sql.literal(columnsOf(SeriesRow, "s"))
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

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  const read = reader("series", SeriesRow)
  const keyOf = (row: typeof SeriesRow.Type) => row.series_ticker

  return SeriesRepository.of({
    byTicker: (seriesTicker) =>
      Effect.map(read(select.byTicker(seriesTicker)), ([row]) =>
        Option.map(Option.fromNullable(row), toSeries)
      ),

    ofCategory: (category, paging) =>
      walk(
        { first: "", fetch: (after, limit) => read(select.ofCategory(category, after, limit)), keyOf },
        paging
      ).pipe(Stream.map(toSeries)),

    all: (paging) =>
      walk({ first: "", fetch: (after, limit) => read(select.all(after, limit)), keyOf }, paging).pipe(
        Stream.map(toSeries)
      )
  })
})

export const layer = Layer.effect(SeriesRepository, make)
