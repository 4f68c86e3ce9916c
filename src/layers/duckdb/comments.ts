/**
 * The dictionary as comments in a DuckDB: of each table, view and macro what it is about, and of each column what it
 * means. `duckdb_columns()` and the clients of DuckDB show them.
 */
import { quotedIdentifier as quoted, quotedString } from "@duckdb/node-api"
import type { Effect } from "effect"
import { answers } from "../../domain/answers/catalog.ts"
import type { Answer } from "../../domain/answers/definition.ts"
import { meaningsOf } from "../../domain/read/dictionary/dictionary.ts"
import { plain } from "../../domain/read/dictionary/meanings.ts"
import type { PublicTable } from "../../domain/read/view.ts"
import type { Duck } from "./Duck.ts"

const comment = (on: string, text: string): string => `COMMENT ON ${on} IS ${quotedString(plain(text))}`

const columnComments = (
  name: string,
  meanings: Iterable<readonly [column: string, meaning: string]>
): ReadonlyArray<string> =>
  Array.from(meanings, ([column, meaning]) => comment(`COLUMN ${name}.${quoted(column)}`, meaning))

const commentsOfTable = (
  table: PublicTable,
  kind: "TABLE" | "VIEW",
  schema: string
): ReadonlyArray<string> => {
  const name = `${schema}.${quoted(table.name)}`
  return [comment(`${kind} ${name}`, table.about), ...columnComments(name, Object.entries(meaningsOf(table)))]
}

const commentsOfAnswer = (answer: Answer, schema: string): ReadonlyArray<string> => {
  const name = `${schema}.${quoted(answer.name)}`
  switch (answer.kind) {
    case "view": {
      const meanings = Object.entries(answer.columns).map(([column, { about }]) => [column, about] as const)
      return [comment(`VIEW ${name}`, answer.about), ...columnComments(name, meanings)]
    }
    case "table macro":
      return [comment(`MACRO TABLE ${name}`, answer.about)]
    case "scalar macro":
      return [comment(`MACRO ${name}`, answer.about)]
  }
}

/** Writes the comments of public tables and of all answers, which must exist in the schema. */
export const writeComments = <E>(
  duck: Duck<E>,
  tables: Iterable<readonly [PublicTable, "TABLE" | "VIEW"]>,
  schema: string
): Effect.Effect<void, E> =>
  duck.runAll([
    ...Array.from(tables, ([table, kind]) => commentsOfTable(table, kind, schema)).flat(),
    ...answers.flatMap((answer) => commentsOfAnswer(answer, schema))
  ])
