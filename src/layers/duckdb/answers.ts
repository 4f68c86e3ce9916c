/** Creates the derived views and macros in a DuckDB that has the public tables. */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import type { Effect } from "effect"
import { answers } from "../../domain/answers/catalog.ts"
import type { Answer, Parameter } from "../../domain/answers/definition.ts"
import type { Duck } from "./Duck.ts"

const listOf = (parameters: ReadonlyArray<Parameter>): string =>
  parameters
    .map(({ name, otherwise }) => (otherwise === undefined ? name : `${name} := ${otherwise}`))
    .join(", ")

/** Returns the statement that creates an answer in a schema, such as `main` or `analytics.main`. */
export const createSql = (answer: Answer, schema: string): string => {
  const name = `${schema}.${quoted(answer.name)}`
  switch (answer.kind) {
    case "view":
      return `CREATE VIEW ${name} AS ${answer.sql}`
    case "table macro":
      return `CREATE MACRO ${name}(${listOf(answer.parameters)}) AS TABLE ${answer.sql}`
    case "scalar macro":
      return `CREATE MACRO ${name}(${listOf(answer.parameters)}) AS ${answer.sql}`
  }
}

/** Creates answers in a schema. The tables that they read must exist there, or be found by their names alone. */
export const createAnswers = <E>(
  duck: Duck<E>,
  schema: string,
  some: ReadonlyArray<Answer> = answers
): Effect.Effect<void, E> => duck.runAll(some.map((answer) => createSql(answer, schema)))
