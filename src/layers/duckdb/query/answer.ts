/** The answer to a query, read from DuckDB in pieces. At most one chunk of DuckDB's is in memory. */
import type { DuckDBDataChunk, DuckDBResult, DuckDBType } from "@duckdb/node-api"
import { Effect } from "effect"
import { QueryFailed } from "../../../domain/errors.ts"
import type { OpenAnswer, QueryRow } from "../../../services/Analytics.ts"
import { whyOf } from "../../files/error-words.ts"
import type { Duck } from "../Duck.ts"
import { explained } from "./query-error.ts"
import { valueSizes } from "./sizes.ts"
import type { Statement } from "./statement.ts"
import { toQueryValue } from "./values.ts"
import { type Within, within as withinBounds } from "./within.ts"

/**
 * The size, in bytes, above which a value is refused. The largest recorded answer of the exchange has 18 MB.
 */
const VALUE_BYTES_MAX = 33_554_432
/** The size, in bytes, of a chunk above which its rows are returned one by one. */
const BATCH_BYTES = 4_194_304

const tooLarge = (column: string, row: number, bytes: number): QueryFailed =>
  new QueryFailed({
    why: `the value of ${column} in row ${row.toLocaleString("en")} has about ${Math.round(bytes / 1_000_000)} MB, and query hands on values of up to ${Math.round(VALUE_BYTES_MAX / 1_000_000)} MB. Take a part of it, such as left(${column}, 1000)`
  })

/** A chunk with rows that have not been returned yet. */
interface Pending {
  readonly chunk: DuckDBDataChunk
  /** True if the rows of the chunk are returned one by one. */
  readonly large: boolean
  at: number
}

export const openAnswer = (options: {
  readonly duck: Duck<QueryFailed>
  readonly statement: Statement
  readonly loaded: ReadonlyArray<string>
  readonly within: Within<QueryFailed>
}): Effect.Effect<OpenAnswer, QueryFailed> =>
  Effect.gen(function* () {
    const { duck, loaded, statement, within } = options
    const { bound, sql } = statement
    const result: DuckDBResult = yield* within(
      duck.call(() => duck.connection.stream(sql, bound?.values, bound?.types))
    )
    const types: ReadonlyArray<DuckDBType> = result.columnTypes()
    const names = result.deduplicatedColumnNames()
    const columns = types.map((type, at) => ({ name: names[at] ?? "", type: type.toString() }))
    let fetched = 0

    const fetch = within(duck.call(() => result.fetchChunk())).pipe(
      Effect.map((chunk) => (chunk === null || chunk.rowCount === 0 ? undefined : chunk))
    )

    /**
     * Measures a chunk, and fails if one of its values is too large, before the values become strings and
     * objects.
     */
    const measured = (chunk: DuckDBDataChunk): Effect.Effect<Pending, QueryFailed> =>
      Effect.suspend(() => {
        const sizes = valueSizes(chunk, types)
        let bytes = 0
        for (const [column, ofColumn] of sizes.entries())
          for (const [row, size] of ofColumn.entries()) {
            if (size > VALUE_BYTES_MAX) return tooLarge(names[column] ?? "", fetched + row + 1, size)
            bytes += size
          }
        return Effect.succeed({ chunk, large: bytes > BATCH_BYTES, at: 0 })
      })

    const take = (from: Pending): ReadonlyArray<QueryRow> => {
      const count = from.large ? 1 : from.chunk.rowCount - from.at
      const vectors = types.map((type, column) => ({
        type,
        // Each batch reads its own slice of the vector, so that strings of earlier rows are not kept in
        // memory.
        vector: from.chunk.getColumnVector(column).slice(from.at, count)
      }))
      from.at += count
      return Array.from({ length: count }, (_, row) =>
        vectors.map(({ type, vector }) => toQueryValue(vector.getItem(row), type, toQueryValue))
      )
    }

    const read = Effect.gen(function* () {
      const chunk = yield* fetch
      if (chunk === undefined) return undefined
      const measuredChunk = yield* measured(chunk)
      fetched += chunk.rowCount
      return measuredChunk
    })
    // A statement mostly fails before its first rows, if it fails.
    let pending: Pending | undefined = yield* read

    return {
      columns,
      loaded,
      next: Effect.gen(function* () {
        if (pending !== undefined && pending.at === pending.chunk.rowCount) pending = yield* read
        const from = pending
        if (from === undefined) return []
        return yield* Effect.try({ try: () => take(from), catch: (error) => explained(whyOf(error)) })
      }),
      countRest: (millis) =>
        Effect.suspend(() => {
          let rows = pending === undefined ? 0 : pending.chunk.rowCount - pending.at
          pending = undefined
          const count = Effect.gen(function* () {
            for (;;) {
              const chunk = yield* fetch
              if (chunk === undefined) return true
              rows += chunk.rowCount
            }
          })
          // If the time runs out, the count so far is still returned.
          const shortly = withinBounds((used) => (used.millis > millis ? ("over" as const) : undefined))
          return shortly(count).pipe(
            Effect.catchIf(
              (error) => error === "over",
              () => Effect.succeed(false)
            ),
            Effect.map((whole) => ({ rows, whole }))
          )
        })
    }
  })
