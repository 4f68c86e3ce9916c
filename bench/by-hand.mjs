/**
 * What one would write in an afternoon instead of using this project, from the parts that everybody finds: the
 * exchange's official SDK fetches the open markets, better-sqlite3 stores a row for each, in the table that tutorials
 * have, and the sqlite3 shell and DuckDB make Parquet of it. Plain JavaScript, so that Node starts it at once.
 *
 *   node bench/by-hand.mjs fetch URL DATABASE TIME   one row for each open market, as of TIME
 *   node bench/by-hand.mjs ask DATABASE SQL          prints the rows of a query as JSON
 *   node bench/by-hand.mjs export DATABASE FOLDER    CSV by the sqlite3 shell, then sorted Parquet by DuckDB
 */
import { spawn } from "node:child_process"
import { createWriteStream } from "node:fs"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import Database from "better-sqlite3"

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS price_snapshots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticker TEXT NOT NULL,
    snapshot_time TEXT NOT NULL,
    yes_bid REAL, yes_ask REAL, no_bid REAL, no_ask REAL, last_price REAL,
    volume REAL, volume_24h REAL, open_interest REAL, yes_bid_size REAL, yes_ask_size REAL,
    UNIQUE (ticker, snapshot_time)
  );
  CREATE INDEX IF NOT EXISTS idx_price_snapshots_ticker ON price_snapshots (ticker);
  CREATE INDEX IF NOT EXISTS idx_price_snapshots_time ON price_snapshots (snapshot_time);`

/** A price in cents. Digits beyond a ten-thousandth of a dollar would be an artefact of binary fractions. */
const cents = (dollars) => Math.round(Number(dollars) * 10_000) / 100

const fetchMarkets = async (url, file, time) => {
  const { Configuration, MarketApi } = await import("kalshi-typescript")
  const api = new MarketApi(new Configuration({ basePath: url }))
  const database = new Database(file)
  database.pragma("journal_mode = WAL")
  database.exec(SCHEMA)
  const insert = database.prepare(
    `INSERT INTO price_snapshots (ticker, snapshot_time, yes_bid, yes_ask, no_bid, no_ask, last_price, volume,
       volume_24h, open_interest, yes_bid_size, yes_ask_size)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
  )
  const insertPage = database.transaction((markets) => {
    for (const one of markets) {
      insert.run(
        one.ticker,
        time,
        ...[one.yes_bid_dollars, one.yes_ask_dollars, one.no_bid_dollars, one.no_ask_dollars].map(cents),
        cents(one.last_price_dollars),
        ...[one.volume_fp, one.volume_24h_fp, one.open_interest_fp].map(Number),
        ...[one.yes_bid_size_fp, one.yes_ask_size_fp].map(Number)
      )
    }
  })
  let [cursor, rows] = [undefined, 0]
  do {
    // Between the cursor and the status: events, series, times and tickers to filter by.
    const { data } = await api.getMarkets(
      1000,
      cursor,
      ...Array(9).fill(undefined),
      "open",
      undefined,
      "exclude"
    )
    insertPage(data.markets)
    rows += data.markets.length
    cursor = data.cursor
  } while (cursor !== "")
  database.close()
  console.log(JSON.stringify({ rows }))
}

const ask = (file, sql) => {
  const database = new Database(file, { readonly: true })
  console.log(JSON.stringify(database.prepare(sql).all()))
  database.close()
}

const exportPrices = async (file, folder) => {
  const { DuckDBInstance } = await import("@duckdb/node-api")
  const csv = join(folder, "prices.csv")
  const shell = spawn("sqlite3", ["-readonly", "-header", "-csv", file, "SELECT * FROM price_snapshots"])
  await new Promise((resolve, reject) => {
    shell.once("spawn", resolve)
    shell.once("error", reject)
  })
  await pipeline(shell.stdout, createWriteStream(csv))
  const connection = await (await DuckDBInstance.create()).connect()
  await connection.run(
    `COPY (FROM read_csv('${csv}') ORDER BY ticker, snapshot_time)
     TO '${join(folder, "prices.parquet")}' (FORMAT parquet, COMPRESSION zstd)`
  )
  connection.closeSync()
}

const [what, ...args] = process.argv.slice(2)
const commands = { fetch: fetchMarkets, ask, export: exportPrices }
await commands[what](...args)
