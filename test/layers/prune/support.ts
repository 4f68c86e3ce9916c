/** A lake for the tests of `prune`: an export of the tables, with the records that a flush makes. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { Effect, Layer } from "effect"
import { lakeTables } from "../../../src/domain/read/lake.ts"
import { type HotTable, hotTables } from "../../../src/domain/read/retention.ts"
import * as DuckExporter from "../../../src/layers/duckdb/export/Exporter.ts"
import { lakePath } from "../../../src/layers/files/data-dir.ts"
import * as SqlitePruner from "../../../src/layers/prune/Pruner.ts"
import { Pruner } from "../../../src/services/Pruner.ts"
import { databaseIn, raw } from "../sqlite/support.ts"

const filesOf = (dataDir: string, flush: string, table: string): ReadonlyArray<string> =>
  readdirSync(join(lakePath(dataDir), flush), { encoding: "utf8", recursive: true }).filter(
    (path) => path.endsWith(".parquet") && (path === `${table}.parquet` || path.startsWith(`${table}/`))
  )

/** Adds the rows of the tables to the lake. Each flush has a name of its own. */
export const flush = (dataDir: string, name = "first") =>
  Effect.gen(function* () {
    const tables = lakeTables.map(({ table }) => table.name)
    yield* DuckExporter.make({ dataDir }).exportParquet({ output: join(lakePath(dataDir), name), tables })
    raw(dataDir, (database) => {
      for (const { table, version } of lakeTables) {
        database
          .prepare(`INSERT OR REPLACE INTO lake_tables (table_name, version, seq, flushed_at)
            SELECT ?, ?, min(seq), '2026-11-22T12:15:00.000000Z' FROM projection_checkpoints`)
          .run(table.name, version)
        for (const path of filesOf(dataDir, name, table.name))
          database
            .prepare(`INSERT INTO lake_files (path, table_name, level, month, first_time, last_time, rows, bytes,
                sha256, content_hash, added_at)
              VALUES (?, ?, 'hour', NULL, '', 'z', 0, 0, '', '', '')`)
            .run(join(name, path), table.name)
      }
    })
  })

export const prune = (dataDir: string, before: number, tables: ReadonlyArray<HotTable> = hotTables) =>
  Effect.flatMap(Pruner, (pruner) => pruner.prune({ before })).pipe(
    Effect.provide(
      Layer.effect(Pruner, SqlitePruner.make(dataDir, tables)).pipe(Layer.provide(databaseIn(dataDir)))
    )
  )
