/** Runs a query of docs/cookbook.md by its name: `npx tsx examples/cookbook.ts NAME [DATA_DIR]`. */
import { readFileSync } from "node:fs"
import { Console, Effect } from "effect"
import { Analytics, dataDirectory } from "kalshi-tape"

const [name = "", path = "data"] = process.argv.slice(2)

const cookbook = new URL("docs/cookbook.md", import.meta.resolve("kalshi-tape/package.json"))
const [, ...sections] = readFileSync(cookbook, "utf8").split("```sql\n")
const queries = sections.flatMap((section) => section.split("```", 1))
const sql = queries.find((query) => query.startsWith(`-- ${name}\n`))

const program = Effect.gen(function* () {
  if (sql === undefined) return yield* Console.log(`the cookbook has no query ${name}`)
  const analytics = yield* Analytics
  const { columns, rows } = yield* analytics.query({ sql })
  yield* Console.table(
    rows.map((row) => Object.fromEntries(columns.map((column, at) => [column.name, String(row[at])])))
  )
})

Effect.runPromise(Effect.provide(program, dataDirectory(path)))
