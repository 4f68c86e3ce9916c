/** An export of what is in the lake and of what came after. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { lakeTables } from "../../../../src/domain/read/lake.ts"
import * as Exporter from "../../../../src/layers/duckdb/export/Exporter.ts"
import { flush } from "../../lake/support.ts"
import { fillFacts, observeAgain, projectUpTo } from "../facts.ts"
import { insert, readAll, scopedDataDir, scopedReader } from "../support.ts"

const ROWS = 240

describe("an export over the lake", () => {
  it.scopedLive("is that of the tables before rows left them", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      fillFacts(database, 3, 200)
      projectUpTo(database, 200)
      yield* flush(dataDir)
      fillFacts(database, 3, ROWS, 200)
      observeAgain(database, 3, ROWS)
      projectUpTo(database, ROWS + 40)
      const over = (name: string) => join(dataDir, name)
      const parquet = yield* Exporter.make({ dataDir }).exportParquet({ output: over("with-lake") })
      const csv = yield* Exporter.make({ dataDir }).exportCsv({ output: over("with-lake-csv") })
      database.exec("DELETE FROM lake_files; DELETE FROM lake_tables")
      const expected = yield* Exporter.make({ dataDir }).exportParquet({ output: over("tables") })
      yield* Exporter.make({ dataDir }).exportCsv({ output: over("tables-csv") })

      const counts = ({ tables }: typeof parquet) =>
        tables.map(({ files, rows, table }) => ({ table, rows, files }))
      assert.deepStrictEqual(counts(parquet), counts(expected))
      assert.deepStrictEqual(
        csv.tables.map(({ rows }) => rows),
        expected.tables.map(({ rows }) => rows)
      )
      const reader = yield* scopedReader
      for (const { table } of lakeTables) {
        const isMonthly = table.name === "price_snapshots"
        const file = `${table.name}${isMonthly ? "/*/*" : ""}.parquet`
        const rowsIn = (folder: string) =>
          readAll(reader, `FROM '${join(dataDir, folder, file)}' ORDER BY ALL`)
        assert.deepStrictEqual(yield* rowsIn("with-lake"), yield* rowsIn("tables"), table.name)
        const text = (folder: string) => readFileSync(join(dataDir, folder, `${table.name}.csv`), "utf8")
        assert.strictEqual(text("with-lake-csv"), text("tables-csv"), table.name)
      }
    })
  )

  it.scopedLive("says which rows it holds, and of which log", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      fillFacts(database, 3, 20)
      projectUpTo(database, 20)
      for (let seq = 1; seq <= 20; seq++)
        insert(database, "observations", {
          seq,
          feed: "markets",
          slot: "2026-11-22T12:15:00Z",
          page: seq,
          endpoint: "GET /markets",
          request: "/markets",
          observed_at: "2026-11-22T12:15:00.123456Z",
          status: 200,
          base_url: "https://example.test",
          encoding: "identity",
          body: Buffer.from("{}"),
          body_sha256: "-",
          chain_sha256: `chain-${seq}`
        })
      const output = join(dataDir, "out")
      yield* Exporter.make({ dataDir }).exportParquet({ output, tables: ["trades", "price_snapshots"] })
      const manifest = JSON.parse(readFileSync(join(output, "export.json"), "utf8"))
      assert.deepStrictEqual(manifest.log, { firstSeq: 1, lastSeq: 20, chainSha256: "chain-20" })
      assert.deepStrictEqual(
        manifest.files.map(({ lastSeq, rows, table }: Record<string, unknown>) => ({ table, rows, lastSeq })),
        [
          { table: "price_snapshots", rows: 20, lastSeq: 20 },
          { table: "trades", rows: 20, lastSeq: 20 }
        ]
      )
    })
  )
})
