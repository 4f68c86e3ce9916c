import { program, type ValuesOf } from "../cli/definition.ts"
import { option, optionalArgument, text } from "../cli/option.ts"
import * as shared from "./shared.ts"

const options = {
  json: shared.json,
  dataDir: option({
    value: "DIR",
    about: "Accepted as by query, and without effect: every recording has the same tables",
    parse: text
  })
}

export type Values = ValuesOf<typeof options>

export const tables = program({
  name: "tables",
  group: "Look",
  summary: "Explain the tables, views and macros of query",
  description:
    "The dictionary of what query can be asked for. Without a name, all tables, derived views and macros, each with what it is about. With a name, its columns: their types in DuckDB's words, units, and what they mean.",
  options,
  argument: optionalArgument("NAME", "A table, view or macro", text),
  examples: [
    { command: "tables", about: "what there is to ask for" },
    { command: "tables latest_prices", about: "the columns of a view, and what they mean" }
  ],
  load: () => import("../commands/tables.ts")
})
