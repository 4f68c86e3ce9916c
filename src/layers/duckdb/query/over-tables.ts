/** Reads statements over empty tables, and over the derived views and macros. */
import { Effect } from "effect"
import { type AsOf, RECORDED } from "../../../domain/answers/tables-as-of.ts"
import type { QueryFailed } from "../../../domain/errors.ts"
import type { QueryParameters } from "../../../services/Analytics.ts"
import { createAnswers } from "../answers.ts"
import type { Duck } from "../Duck.ts"
import { beneath, createTablesAsOf } from "./as-of.ts"
import { createEmptyTables } from "./empty-tables.ts"
import { EVERYTHING, type Named, neededFor, without } from "./named.ts"
import { CONSTANT_FOLDING } from "./needs.ts"
import { readStatements, type Statements } from "./statement.ts"

/** Creates tables, without rows, and answers. As of a time, the tables are views over those in a schema of their own. */
const create = (
  duck: Duck<QueryFailed>,
  { answers, tables }: Named,
  asOf: AsOf | undefined
): Effect.Effect<void, QueryFailed> =>
  Effect.gen(function* () {
    if (asOf === undefined) yield* createEmptyTables(duck, "main", tables)
    else {
      yield* duck.run(`CREATE SCHEMA IF NOT EXISTS ${RECORDED}`)
      yield* createEmptyTables(duck, RECORDED, beneath(tables, asOf))
      yield* createTablesAsOf(duck, asOf, tables)
    }
    yield* createAnswers(duck, "main", answers)
  })

/**
 * Reads statements over the tables and answers that they name. A statement that DuckDB refuses is read again over all
 * of them, so that its message can name those that are meant.
 */
export const readOver = <const S extends ReadonlyArray<string>>(
  duck: Duck<QueryFailed>,
  sqls: S,
  asOf: AsOf | undefined,
  parameters: QueryParameters | undefined
): Effect.Effect<Statements<S>, QueryFailed> =>
  Effect.gen(function* () {
    const needed = neededFor(sqls)
    yield* create(duck, needed, asOf)
    yield* duck.run(`SET disabled_optimizers = '${CONSTANT_FOLDING}'`)
    const read = readStatements(duck, sqls, parameters)
    const others = without(EVERYTHING, needed)
    return yield* Effect.orElse(read, () => Effect.zipRight(create(duck, others, asOf), read))
  })
