/** Accepts one statement that reads. Everything else is refused before any table is loaded. */
import { StatementType } from "@duckdb/node-api"
import { Effect } from "effect"
import { QueryFailed } from "../../../domain/errors.ts"
import type { QueryParameters } from "../../../services/Analytics.ts"
import { whyOf } from "../../files/error-words.ts"
import type { Bindings, Duck } from "../Duck.ts"
import { refuseInText } from "./changing-functions.ts"
import { bind, parametersOf, refuseUnknown, type StatementParameter } from "./parameters.ts"
import { explained } from "./query-error.ts"
import { firstWord, statementsIn } from "./sql-text.ts"

const WANTED =
  "query answers one statement that reads: SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN"

const READS = /^(?:(?:SELECT|WITH|FROM|VALUES|TABLE|PIVOT|UNPIVOT|DESCRIBE|DESC|SHOW|SUMMARIZE|EXPLAIN)$|\()/

/** The prefix of the type that DuckDB creates for a PIVOT whose columns it must look up first. */
const PIVOT_TYPE = "__pivot_enum_"

export interface Statement {
  readonly sql: string
  /** Only a `read` has a plan that names its tables. */
  readonly kind: "read" | "pivot" | "explain"
  /** The values of its parameters. Absent if it has none. */
  readonly bound?: Bindings
}

const refuse = (what: string): QueryFailed => new QueryFailed({ why: `${what}: ${WANTED}.` })

const SPACE = String.raw`(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)`
/** Matches EXPLAIN with its options, up to the statement that it explains. */
const EXPLAIN = new RegExp(
  String.raw`^${SPACE}*EXPLAIN${SPACE}+(?:ANALYZE${SPACE}+)?(?:\(${SPACE}*(?:ANALYZE|FORMAT)\b[^()]*\))?`,
  "i"
)

/**
 * Fails unless EXPLAIN explains a statement that reads: EXPLAIN ANALYZE executes it, and DuckDB may write into the folder
 * of the lake.
 */
const checkExplained = (duck: Duck<QueryFailed>, sql: string): Effect.Effect<void, QueryFailed> => {
  const inner = sql.replace(EXPLAIN, "")
  return Effect.gen(function* () {
    const { kind } = yield* parse(duck, inner)
    if (kind !== "read") return yield* refuse("EXPLAIN of this is refused")
    yield* refuseInText(inner)
  })
}

type Prepared =
  | { readonly type: StatementType; readonly parameters: ReadonlyArray<StatementParameter> }
  | { readonly error: string }

interface Parsed {
  readonly sql: string
  readonly kind: Statement["kind"]
  readonly parameters: ReadonlyArray<StatementParameter>
}

/** Prepares the last of the statements that DuckDB makes of one. Only PIVOT becomes several. */
const prepareLast = (
  duck: Duck<QueryFailed>,
  sql: string
): Effect.Effect<Prepared & { readonly count: number }, QueryFailed> =>
  Effect.gen(function* () {
    const extracted = yield* duck.call(() => duck.connection.extractStatements(sql))
    const { count } = extracted
    if (count === 0) return yield* refuse("there is no SQL")
    const prepared = yield* duck.call(() =>
      extracted.prepare(count - 1).then(
        (statement): Prepared => {
          const type = statement.statementType
          const parameters = parametersOf(statement)
          statement.destroySync()
          return { type, parameters }
        },
        (error): Prepared => ({ error: whyOf(error) })
      )
    )
    return { ...prepared, count }
  })

/**
 * Parses one statement. DuckDB gets it only if its first word is one of those that read: preparing an EXPORT makes a
 * folder already, and reading an IMPORT opens a file.
 */
const parse = (duck: Duck<QueryFailed>, sql: string): Effect.Effect<Parsed, QueryFailed> =>
  Effect.gen(function* () {
    const { length } = statementsIn(sql)
    if (length === 0) return yield* refuse("there is no SQL")
    if (length > 1) return yield* refuse(`these are ${length} statements`)
    const word = firstWord(sql)
    if (!READS.test(word)) return yield* refuse(`${word} is refused`)
    if (word === "EXPLAIN") yield* checkExplained(duck, sql)
    const prepared = yield* prepareLast(duck, sql)
    if ("error" in prepared) {
      const isPivot = prepared.count > 1 && prepared.error.includes(PIVOT_TYPE)
      if (!isPivot) return yield* explained(prepared.error)
      yield* refuseInText(sql)
      return { sql, kind: "pivot", parameters: [] }
    }
    const { count, parameters, type } = prepared
    if (count > 1) return yield* refuse(`these are ${count} statements`)
    if (type === StatementType.SELECT) return { sql, kind: "read", parameters }
    if (type === StatementType.EXPLAIN) return { sql, kind: "explain", parameters }
    return yield* refuse(`${word} is refused`)
  })

export type Statements<S extends ReadonlyArray<string>> = { readonly [At in keyof S]: Statement }

/**
 * Returns the statement in each SQL with its parameters bound, or fails with the reason for which `query` refuses it.
 * Statements may share parameters.
 */
export const readStatements = <const S extends ReadonlyArray<string>>(
  duck: Duck<QueryFailed>,
  sqls: S,
  given: QueryParameters = {}
): Effect.Effect<Statements<S>, QueryFailed> =>
  Effect.gen(function* () {
    const parsed = yield* Effect.forEach(sqls, (sql) => parse(duck, sql))
    yield* refuseUnknown(
      parsed.flatMap(({ parameters }) => parameters),
      given
    )
    const statements = yield* Effect.forEach(parsed, ({ kind, parameters, sql }) =>
      parameters.length === 0
        ? Effect.succeed({ sql, kind })
        : Effect.map(bind(parameters, given), (bound) => ({ sql, kind, bound }))
    )
    // The cast is safe, because `forEach` keeps the number and the order.
    return statements as Statements<S>
  })

/** Returns a statement without its final semicolon, so that it can be nested in another statement. */
export const bareStatement = (sql: string): string => statementsIn(sql)[0] ?? sql
