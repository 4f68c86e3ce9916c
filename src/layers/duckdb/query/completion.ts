/** Completes SQL with DuckDB's own completion, which knows keywords, functions, tables, views, macros and columns. */
import { Effect, type Scope } from "effect"
import type { QueryFailed } from "../../../domain/errors.ts"
import { createAnswers } from "../answers.ts"
import { openDuck } from "../Duck.ts"
import { createEmptyTables } from "./empty-tables.ts"
import { explained } from "./query-error.ts"

export interface Completion {
  /** The texts that may take the place of the end of the SQL. */
  readonly texts: ReadonlyArray<string>
  /** The end of the SQL that they replace. */
  readonly replaced: string
}

const MEMORY_MEGABYTES = 100

/** Opens a DuckDB with the tables, without rows, and returns its completion of a SQL that ends at the cursor. */
export const openCompletion: Effect.Effect<
  (sql: string) => Effect.Effect<Completion, QueryFailed>,
  QueryFailed,
  Scope.Scope
> = Effect.gen(function* () {
  const duck = yield* openDuck({ memoryMegabytes: MEMORY_MEGABYTES, spillFolder: "", onError: explained })
  yield* createEmptyTables(duck)
  yield* createAnswers(duck, "main")
  yield* duck.run("SET enable_external_access = false")
  return (sql) =>
    Effect.gen(function* () {
      const result = yield* duck.run("SELECT suggestion, suggestion_start FROM sql_auto_complete($sql)", {
        values: { sql },
        types: {}
      })
      const rows = yield* Effect.promise(() => result.getRows())
      const first = Number(rows[0]?.[1] ?? 0)
      // DuckDB counts bytes.
      const replaced = Buffer.from(sql).subarray(first).toString()
      const texts = rows.map(([text]) => String(text))
      // DuckDB also suggests words that are merely similar; a terminal can only go on from what is typed.
      return {
        replaced,
        texts: texts.filter((text) => text.toLowerCase().startsWith(replaced.toLowerCase()))
      }
    })
})
