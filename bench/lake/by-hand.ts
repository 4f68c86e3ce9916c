/**
 * The same rows in SQLite, as one who knows it well would keep them: numbers of markets, integers for times and prices,
 * and the quotes of a market in one place. The questions are asked through the `sqlite3` shell.
 */
import { execFileSync } from "node:child_process"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { DuckDBInstance, quotedString } from "@duckdb/node-api"
import { lakePath } from "../../src/layers/files/data-dir.ts"
import { closeOf, MARKETS, type Sizes } from "./sizes.ts"

const SCHEMA = `
  PRAGMA page_size = 8192;
  PRAGMA journal_mode = OFF;
  CREATE TABLE markets (
    market INTEGER PRIMARY KEY, ticker TEXT NOT NULL UNIQUE, event_ticker TEXT, close_time INTEGER, result TEXT
  );
  CREATE TABLE price_snapshots (
    market INTEGER NOT NULL, snapshot_time INTEGER NOT NULL, yes_bid INTEGER, yes_ask INTEGER, volume INTEGER,
    PRIMARY KEY (market, snapshot_time)
  ) WITHOUT ROWID;
  CREATE TABLE trades (
    market INTEGER NOT NULL, created_time INTEGER NOT NULL, yes_price INTEGER, count INTEGER, taker_side TEXT
  );`

const INDEX = "CREATE INDEX trades_of_market ON trades (market, created_time); ANALYZE;"

/** Markets whose rows are copied at a time. */
const MARKETS_AT_A_TIME = 10_000

const shell = (file: string, commands: ReadonlyArray<string>): void => {
  execFileSync("sqlite3", [file, "PRAGMA synchronous = OFF", ...commands], { stdio: "ignore" })
}

/** Copies the rows of the lake into an SQLite file, in the order of its key. */
export const copyToSqlite = async (folder: string, file: string, sizes: Sizes): Promise<void> => {
  shell(file, [SCHEMA])
  const instance = await DuckDBInstance.create(":memory:", { memory_limit: "4GB" })
  const connection = await instance.connect()
  const csv = join(folder, "rows.csv")
  const parquet = (table: string) => `read_parquet('${lakePath(folder)}/${table}/*/*.parquet')`
  const copy = async (table: string, select: string) => {
    await connection.run(`COPY (${select}) TO ${quotedString(csv)} (FORMAT csv, HEADER false)`)
    shell(file, [`.import --csv ${csv} ${table}`])
    rmSync(csv)
  }
  await connection.run(`
    CREATE TABLE numbers AS
    SELECT row_number() OVER (ORDER BY ticker) AS market, ticker, event_ticker, result
    FROM ${parquet("market_history")} WHERE status = 'finalized'`)
  await copy(
    "markets",
    `SELECT market, ticker, event_ticker, ${closeOf(sizes)}, result FROM numbers ORDER BY market`
  )
  for (let from = 1; from <= MARKETS; from += MARKETS_AT_A_TIME) {
    const to = Math.min(MARKETS, from + MARKETS_AT_A_TIME - 1)
    const range = await connection.runAndReadAll(
      `SELECT min(ticker), max(ticker) FROM numbers WHERE market BETWEEN ${from} AND ${to}`
    )
    const [first, last] = (range.getRows()[0] ?? []).map((ticker) => quotedString(String(ticker)))
    const of = `JOIN numbers USING (ticker) WHERE ticker BETWEEN ${first} AND ${last}`
    await copy(
      "price_snapshots",
      `SELECT market, epoch(snapshot_time)::BIGINT AS time, yes_bid::INTEGER, yes_ask::INTEGER, volume::BIGINT
       FROM ${parquet("price_snapshots")} ${of} ORDER BY market, time`
    )
    await copy(
      "trades",
      `SELECT market, epoch_us(created_time) AS time, yes_price::INTEGER, count::INTEGER, taker_side
       FROM ${parquet("trades")} ${of} ORDER BY market, time`
    )
    console.error(`SQLite: ${to.toLocaleString("en")} of ${MARKETS.toLocaleString("en")} markets`)
  }
  shell(file, [INDEX])
  connection.closeSync()
  instance.closeSync()
}

/** The newest price by each horizon before the close, in bands of ten cents: neither a curve nor a test of it. */
export const CALIBRATION = `
  WITH horizons(seconds) AS (VALUES (3600), (86400), (604800)),
  priced AS (
    SELECT seconds, result = 'yes' AS won, (
        SELECT (yes_bid + yes_ask) / 2.0 FROM price_snapshots p
        WHERE p.market = m.market AND p.snapshot_time <= m.close_time - seconds
        ORDER BY p.snapshot_time DESC LIMIT 1
      ) AS price
    FROM markets m, horizons WHERE result IN ('yes', 'no')
  )
  SELECT seconds, CAST(price / 10 AS INTEGER) AS band, count(*), avg(price), 100 * avg(won),
    avg((price / 100 - won) * (price / 100 - won)) AS brier
  FROM priced WHERE price IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`

/** The quotes and the trades of one market in 48 equal times. */
export const historyOf = (ticker: string): string => `
  WITH m AS (SELECT market FROM markets WHERE ticker = '${ticker}'),
  quotes AS (
    SELECT snapshot_time / 21600 AS period, max(snapshot_time), yes_bid, yes_ask, min(yes_bid), max(yes_ask), count(*)
    FROM price_snapshots WHERE market = (SELECT market FROM m) GROUP BY 1
  ),
  traded AS (
    SELECT created_time / 21600000000 AS period, count(*), sum(count), min(yes_price), max(yes_price),
      sum(count) FILTER (WHERE taker_side = 'yes')
    FROM trades WHERE market = (SELECT market FROM m) GROUP BY 1
  )
  SELECT * FROM quotes LEFT JOIN traded USING (period) ORDER BY period`

/** The largest changes from a day ago to the newest slot, which is that of any market. */
export const MOVERS = `
  WITH newest(time) AS (SELECT max(snapshot_time) FROM price_snapshots WHERE market = 1)
  SELECT ticker, (was.yes_bid + was.yes_ask) / 2.0, (now.yes_bid + now.yes_ask) / 2.0, now.volume - was.volume AS traded
  FROM newest, markets m
    JOIN price_snapshots now ON now.market = m.market AND now.snapshot_time = newest.time
    JOIN price_snapshots was ON was.market = m.market AND was.snapshot_time = newest.time - 86400
  ORDER BY abs(now.yes_bid + now.yes_ask - was.yes_bid - was.yes_ask) DESC, traded DESC, ticker LIMIT 20`
