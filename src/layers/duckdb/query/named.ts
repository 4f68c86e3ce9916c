/** The tables, derived views and macros whose names occur in SQL. Only these are created before it is planned. */
import { answers } from "../../../domain/answers/catalog.ts"
import type { Answer } from "../../../domain/answers/definition.ts"
import { publicTables } from "../../../domain/read/catalog.ts"
import type { PublicTable } from "../../../domain/read/view.ts"

/** Each list is in the order of the catalog, in which an answer stands after those that it reads. */
export interface Named {
  readonly tables: ReadonlyArray<PublicTable>
  readonly answers: ReadonlyArray<Answer>
}

export const EVERYTHING: Named = { tables: publicTables, answers }

/** Matches what lists names, or puts a name together while the statement is planned. */
const LISTS =
  /show|describe|(?:^|[(\n/])\s*desc\b|functions|comment|duckdb_|information_schema|pg_|pragma|sql|query/i

/** Returns the derived views and macros that the SQL names, and those that their SQL names in turn. */
const answersIn = (text: string): ReadonlySet<Answer> => {
  const found = new Set(answers.filter(({ name }) => text.includes(name)))
  for (const { reads } of found)
    for (const answer of answers) if (reads.includes(answer.name)) found.add(answer)
  return found
}

/** Returns what the SQL names, and what that reads in turn. This may be too much, but never too little. */
export const namedIn = (sql: string): Named => {
  const text = sql.toLowerCase()
  const found = answersIn(text)
  const read = new Set([...found].flatMap(({ reads }) => reads))
  return {
    tables: publicTables.filter(({ name }) => text.includes(name) || read.has(name)),
    answers: answers.filter((answer) => found.has(answer))
  }
}

/** Returns what must exist for statements to be planned: what they name or, if they list names, everything. */
export const neededFor = (sqls: ReadonlyArray<string>): Named =>
  sqls.some((sql) => LISTS.test(sql)) ? EVERYTHING : namedIn(sqls.join("\n"))

export const without = (all: Named, some: Named): Named => ({
  tables: all.tables.filter((table) => !some.tables.includes(table)),
  answers: all.answers.filter((answer) => !some.answers.includes(answer))
})
