/** Makes a data directory with a large lake, as a recorder leaves it: whole days, the hours of the last day, a tail. */
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { type DuckDBConnection, DuckDBInstance, quotedString } from "@duckdb/node-api"
import Database from "better-sqlite3"
import { Effect } from "effect"
import { lakeTables } from "../../src/domain/read/lake.ts"
import { marketHistory } from "../../src/domain/read/markets/table.ts"
import { priceSnapshots } from "../../src/domain/read/prices/table.ts"
import { trades } from "../../src/domain/read/trades/table.ts"
import type { PublicTable } from "../../src/domain/read/view.ts"
import { lakePath } from "../../src/layers/files/data-dir.ts"
import * as SqliteDatabase from "../../src/layers/sqlite/database/Database.ts"
import { migrate } from "../../src/layers/sqlite/database/migrations.ts"
import { createMarkets, describedSql, quotesSql, tradesSql, versionsSql } from "./rows.ts"
import { PAGES_OF_SLOT, type Part, partsOf, type Sizes, settledOf, textOf, timeOf } from "./sizes.ts"
import { type Described, fillTables } from "./tail.ts"

/** The file `kalshi.db` of a data directory. */
export const databaseOf = (folder: string): string => join(folder, "kalshi.db")

const migrated = (folder: string): Promise<void> =>
  Effect.runPromise(
    Effect.scoped(
      Effect.flatMap(SqliteDatabase.make(databaseOf(folder), "writer"), (database) =>
        Effect.provideService(migrate, SqliteDatabase.Database, database)
      )
    )
  )

/** Writes a file of the lake and lists it. */
const writer =
  (folder: string, connection: DuckDBConnection, database: Database.Database) =>
  async (table: PublicTable, part: Part, rows: string, span: readonly [string, string]): Promise<void> => {
    const month = span[0].slice(0, "2026-11".length)
    const seq = part.to * PAGES_OF_SLOT
    const path = join(table.name, `month=${month}`, `${part.level}-${seq}-00000000.parquet`)
    const file = join(lakePath(folder), path)
    mkdirSync(dirname(file), { recursive: true })
    const copied = await connection.runAndReadAll(
      `COPY (${rows}) TO ${quotedString(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`
    )
    const count = Number(copied.getRows()[0]?.[0])
    const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex")
    // A file is listed after it was written.
    const addedAt = new Date(Date.now() + 1000).toISOString()
    database
      .prepare(
        `INSERT INTO lake_files (path, table_name, level, month, first_time, last_time, rows, bytes, sha256,
           content_hash, added_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?)`
      )
      .run(path, table.name, part.level, month, ...span, count, statSync(file).size, sha256, addedAt)
    console.error(`${path}: ${count.toLocaleString("en")} rows`)
  }

const described = async (connection: DuckDBConnection): Promise<ReadonlyArray<Described>> => {
  const rows = await connection.runAndReadAll(describedSql)
  return rows.getRows().map(([market, ticker, event, series, category, won, title, outcome, rules]) => ({
    market: Number(market),
    ticker: String(ticker),
    event: String(event),
    series: String(series),
    category: String(category),
    won: won === true,
    title: String(title),
    outcome: String(outcome),
    rules: String(rules)
  }))
}

/** Makes the data directory in an empty folder. */
export const makeLake = async (folder: string, sizes: Sizes): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  await migrated(folder)
  const database = new Database(databaseOf(folder))
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: "4GB",
    temp_directory: join(folder, "spilled")
  })
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
  await connection.run(createMarkets(sizes))
  const write = writer(folder, connection, database)
  for (const part of partsOf(sizes)) {
    await write(priceSnapshots, part, quotesSql(part), [
      textOf(timeOf(part.from)),
      textOf(timeOf(part.to - 1))
    ])
    await write(trades, part, tradesSql(part, sizes), [textOf(timeOf(part.from)), textOf(timeOf(part.to))])
  }
  const whole = { level: "day" as const, from: 0, to: sizes.slots + 1 }
  await write(marketHistory, whole, versionsSql(sizes), [textOf(timeOf(0)), textOf(settledOf(sizes))])
  const watermark = database.prepare("INSERT INTO lake_tables VALUES (?, ?, ?, ?)")
  for (const { table, version } of lakeTables) {
    const isTail = table === priceSnapshots
    const seq = (sizes.slots + (isTail ? 0 : 1)) * PAGES_OF_SLOT + (isTail ? 0 : 1)
    watermark.run(table.name, version, seq, new Date().toISOString())
  }
  fillTables(database, await described(connection), sizes)
  database.close()
  connection.closeSync()
  instance.closeSync()
}
