/** Creates the derived views and macros in a DuckDB that has the public tables. */
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect } from "effect"
import { answers } from "../../domain/answers/catalog.ts"
import type { Answer, Parameter } from "../../domain/answers/definition.ts"
import type { Duck } from "./Duck.ts"

const listOf = (parameters: ReadonlyArray<Parameter>): string =>
  parameters
    .map(({ name, otherwise }) => (otherwise === undefined ? name : `${name} := ${otherwise}`))
    .join(", ")

/** Returns the statements that create an answer in a schema, such as `main` or `analytics.main`, with its comment. */
export const statementsOf = (answer: Answer, schema: string): ReadonlyArray<string> => {
  const name = `${schema}.${quoted(answer.name)}`
  switch (answer.kind) {
    case "view":
      return [
        `CREATE VIEW ${name} AS ${answer.sql}`,
        `COMMENT ON VIEW ${name} IS ${literal(answer.about)}`,
        ...Object.entries(answer.columns).map(
          ([column, { about }]) => `COMMENT ON COLUMN ${name}.${quoted(column)} IS ${literal(about)}`
        )
      ]
    case "table macro":
      return [
        `CREATE MACRO ${name}(${listOf(answer.parameters)}) AS TABLE ${answer.sql}`,
        `COMMENT ON MACRO TABLE ${name} IS ${literal(answer.about)}`
      ]
    case "scalar macro":
      return [
        `CREATE MACRO ${name}(${listOf(answer.parameters)}) AS ${answer.sql}`,
        `COMMENT ON MACRO ${name} IS ${literal(answer.about)}`
      ]
  }
}

/** Creates all answers in a schema. The public tables must exist there, or be found by their names alone. */
export const createAnswers = <E>(duck: Duck<E>, schema: string): Effect.Effect<void, E> =>
  Effect.forEach(
    answers.flatMap((answer) => statementsOf(answer, schema)),
    (statement) => duck.run(statement),
    { discard: true }
  )
