import { program, type ValuesOf } from "../cli/definition.ts"
import { argument, oneOf, optionOr, text } from "../cli/option.ts"
import * as shared from "./shared.ts"

const formats = ["table", "csv", "json"] as const

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  format: optionOr("table", {
    value: "FORMAT",
    about: `How rows are written: ${formats.join(", ")}`,
    choices: formats,
    parse: oneOf(formats)
  })
}

export type Values = ValuesOf<typeof options>

export const query = program({
  name: "query",
  group: "Look",
  summary: "Answer DuckDB SQL over the recorded tables; reads only",
  options,
  argument: argument("SQL", "One statement of DuckDB SQL", text),
  load: () => import("../commands/query.ts")
})
