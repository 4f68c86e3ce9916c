/**
 * Refuses table functions of DuckDB that change settings or write files. A statement that calls one has the type of a
 * statement that reads, and DuckDB may write into the folders that statements can read.
 */
import { Effect } from "effect"
import { QueryFailed } from "../../../domain/errors.ts"

const NAMES = [
  "enable_logging",
  "disable_logging",
  "truncate_duckdb_logs",
  "enable_profiling",
  "disable_profiling",
  "enable_peg_parser",
  "disable_peg_parser",
  "checkpoint",
  "force_checkpoint",
  // The plan does not show what this one executes.
  "json_execute_serialized_sql"
]

const changing: ReadonlySet<string> = new Set(NAMES)

/** Matches a call in the text of a statement. `query` executes a text, in which a name could be hidden. */
const CALL = new RegExp(
  String.raw`\b(${[...NAMES, "query", "query_table"].join("|")})"?(?:\s|--[^\n]*\n|/\*[\s\S]*?\*/)*\(`,
  "i"
)

const refuse = (name: string): QueryFailed =>
  new QueryFailed({
    why: `${name.toLowerCase()} is refused: query answers from the recorded tables; it changes no settings and writes no files`
  })

/** Fails if a plan has such a function among the names of its nodes. */
export const refuseInPlan = (names: ReadonlyArray<string>): Effect.Effect<void, QueryFailed> => {
  const found = names.find((name) => changing.has(name.trim().toLowerCase()))
  return found === undefined ? Effect.void : refuse(found)
}

/** Fails if the text of a statement calls such a function. This is for statements that have no plan of their own. */
export const refuseInText = (sql: string): Effect.Effect<void, QueryFailed> => {
  const [, found] = CALL.exec(sql) ?? []
  return found === undefined ? Effect.void : refuse(found)
}
