import { publicTables } from "../../domain/catalog.ts"
import { program, type ValuesOf } from "../cli/definition.ts"
import { option, text } from "../cli/option.ts"
import { someOf } from "../cli/words.ts"
import * as shared from "./shared.ts"

/** The log has every answer, and its own way out: its bytes. */
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
  summary: "Write Parquet files: exact, sorted, one folder",
  options,
  load: async () => ({ run: (await import("../commands/export.ts")).runParquet })
})

export const exportCsv = program({
  name: "export-csv",
  group: "Export",
  summary: "Write one CSV file a table",
  options,
  load: async () => ({ run: (await import("../commands/export.ts")).runCsv })
})
