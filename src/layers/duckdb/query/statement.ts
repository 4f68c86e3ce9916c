/** Accepts one statement that reads. Everything else is refused before any table is loaded. */
import { StatementType } from "@duckdb/node-api"
import { Effect } from "effect"
import { QueryFailed } from "../../../domain/errors.ts"
import type { QueryParameters } from "../../../services/Analytics.ts"
import { whyOf } from "../../files/error-words.ts"
import type { Bindings, Duck } from "../Duck.ts"
import { bind, parametersOf, refuseUnknown, type StatementParameter } from "./parameters.ts"
import { explained } from "./query-error.ts"

const WANTED =
  "query answers one statement that reads: SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN"

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
const LEADING_SPACE = new RegExp(`^${SPACE}+`)
/** Matches EXPLAIN with its options, up to the statement that it explains. */
const EXPLAIN = new RegExp(
  String.raw`^${SPACE}*EXPLAIN${SPACE}+(?:ANALYZE${SPACE}+)?(?:\(${SPACE}*(?:ANALYZE|FORMAT)\b[^()]*\))?`,
  "i"
)

const wordOf = (sql: string): string => {
  const bare = sql.replace(LEADING_SPACE, "")
  return (/^[a-z_]+/i.exec(bare)?.[0] ?? bare.slice(0, 20)).toUpperCase()
}

/**
 * Fails unless EXPLAIN explains a statement that reads: EXPLAIN ANALYZE executes it, and DuckDB may write into the folder
 * of the lake.
 */
const checkExplained = (duck: Duck<QueryFailed>, sql: string): Effect.Effect<void, QueryFailed> => {
  const inner = sql.replace(EXPLAIN, "")
  return Effect.gen(function* () {
    const { kind } = yield* parse(duck, inner)
    if (kind !== "read") return yield* refuse("EXPLAIN of this is refused")
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

const parse = (duck: Duck<QueryFailed>, sql: string): Effect.Effect<Parsed, QueryFailed> =>
  Effect.gen(function* () {
    const extracted = yield* Effect.tryPromise({
      try: () => duck.connection.extractStatements(sql),
      // For SQL without a statement, DuckDB's message is empty.
      catch: (error) => (wordOf(sql) === "" ? refuse("there is no SQL") : explained(whyOf(error)))
    })
    const prepare = (index: number): Effect.Effect<Prepared> =>
      Effect.promise(() =>
        extracted.prepare(index).then(
          (statement): Prepared => {
            const type = statement.statementType
            const parameters = parametersOf(statement)
            statement.destroySync()
            return { type, parameters }
          },
          (error): Prepared => ({ error: whyOf(error) })
        )
      )
    const prepared = yield* Effect.forEach(
      Array.from({ length: extracted.count }, (_, index) => index),
      prepare
    )
    const last = prepared.at(-1)
    if (last === undefined) return yield* refuse("there is no SQL")
    if (prepared.length > 1) {
      const isPivot = "error" in last && last.error.includes(PIVOT_TYPE)
      if (!isPivot || /\bcreate\b/i.test(wordOf(sql)))
        return yield* refuse(`these are ${prepared.length} statements`)
      return { sql, kind: "pivot", parameters: [] }
    }
    if ("error" in last) {
      const reads = /^(?:SELECT|WITH|FROM|VALUES|TABLE|PIVOT|UNPIVOT|DESCRIBE|DESC|SHOW|SUMMARIZE|EXPLAIN|\()/
      return yield* reads.test(wordOf(sql)) ? explained(last.error) : refuse(`${wordOf(sql)} is refused`)
    }
    const { parameters, type } = last
    if (type === StatementType.SELECT && wordOf(sql) !== "PRAGMA") return { sql, kind: "read", parameters }
    if (type === StatementType.EXPLAIN) {
      yield* checkExplained(duck, sql)
      return { sql, kind: "explain", parameters }
    }
    return yield* refuse(`${wordOf(sql)} is refused`)
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

/**
 * Matches a statement up to its semicolon. Semicolons inside strings, quoted names and comments do not end
 * it.
 */
const UNTIL_END =
  /^(?:e'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|[^;])*/i

/** Returns a statement without its final semicolon, so that it can be nested in another statement. */
export const bareStatement = (sql: string): string => UNTIL_END.exec(sql)?.[0] ?? sql
