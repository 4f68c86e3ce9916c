/** Runs the statements of a report. */
import { Effect } from "effect"
import { QueryFailed } from "../../domain/errors.ts"
import type { Report, ReportSource } from "../../domain/reports/document.ts"
import { Analytics, type QueryProblem, type QueryResult } from "../../services/Analytics.ts"
import { type Fields, textOf } from "./rows.ts"

/** The making of a report from recorded data. */
export type ReportEffect = Effect.Effect<Report, QueryProblem, Analytics>

const fieldsOf = ({ columns, rows }: QueryResult): ReadonlyArray<Fields> =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])))

/** Returns the rows of a statement. */
export const run = (sql: string): Effect.Effect<ReadonlyArray<Fields>, QueryProblem, Analytics> =>
  Effect.flatMap(Analytics, (analytics) => Effect.map(analytics.query({ sql }), fieldsOf))

/** Returns the rows of each statement at one moment of the recording, and the log that they follow from. */
export const runAll = (
  sqls: ReadonlyArray<string>
): Effect.Effect<
  { readonly answers: ReadonlyArray<ReadonlyArray<Fields>>; readonly source: ReportSource },
  QueryProblem,
  Analytics
> =>
  Effect.flatMap(Analytics, (analytics) =>
    Effect.map(analytics.queryAll({ sqls }), ({ results, source }) => ({
      answers: results.map(fieldsOf),
      source
    }))
  )

/** Returns the ticker that a statement finds, for a report that names none. Fails with the reason if it finds none. */
export const tickerFrom = (sql: string, whyNone: string): Effect.Effect<string, QueryProblem, Analytics> =>
  Effect.flatMap(run(sql), ([row]) => {
    const ticker = textOf(row?.ticker)
    return ticker === null ? new QueryFailed({ why: whyNone }) : Effect.succeed(ticker)
  })
