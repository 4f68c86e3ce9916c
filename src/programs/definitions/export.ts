import { publicTables } from "../../domain/read/catalog.ts"
import { program, type ValuesOf } from "../cli/definition.ts"
import { option, text } from "../cli/option.ts"
import { someOf } from "../cli/words.ts"
import * as shared from "./shared.ts"

/**
 * The tables that can be exported. `observations` is not among them: its bodies are raw bytes, which
 * `kalshi log show --body` prints.
 */
const tableNames = publicTables.flatMap(({ name }) => (name === "observations" ? [] : [name]))

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  output: option({
    value: "FOLDER",
    about: "Folder of the export",
    otherwise: "exports/ in the data directory",
    parse: text
  }),
  tables: option({
    value: "TABLES",
    about: `Which tables, comma-separated: ${tableNames.join(", ")}`,
    otherwise: "all but the log itself",
    parse: someOf("table", tableNames)
  })
}

export type Values = ValuesOf<typeof options>

export const exportParquet = program({
  name: "export-parquet",
  group: "Export",
  summary: "Write the tables as Parquet files",
  description:
    "Exact (prices DECIMAL, times TIMESTAMP WITH TIME ZONE), sorted, compressed, whole or not at all. Tables by slot lie in a folder a month.",
  options,
  examples: [
    { command: "export-parquet --data-dir demo-data", about: "all tables into demo-data/exports" },
    {
      command: "export-parquet --data-dir demo-data --tables trades,settlements --output my-export",
      about: "two of them elsewhere"
    }
  ],
  load: async () => ({ run: (await import("../commands/export.ts")).runParquet })
})

export const exportCsv = program({
  name: "export-csv",
  group: "Export",
  summary: "Write the tables as CSV files",
  description: "One file a table, with a header, whole or not at all.",
  options,
  examples: [
    { command: "export-csv --data-dir demo-data", about: "all tables into demo-data/exports" },
    {
      command: "export-csv --data-dir demo-data --tables settlements --output my-csv",
      about: "one table, into a folder of its own"
    }
  ],
  load: async () => ({ run: (await import("../commands/export.ts")).runCsv })
})
