/**
 * Measures how fast a large lake is queried: `npx tsx bench/lake.ts [rows, 100000000] [folder]`. It makes a data
 * directory with a lake of that many price rows of 120,000 open markets, a slot every 15 minutes: a file of each whole
 * day, a file of each hour of the last, and one slot that is only in SQLite. Then it runs the questions three times,
 * each in a process of its own as a user would, and prints the median of the wall time and the peak of the memory. A
 * folder that already has the lake is used as it is.
 */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { DuckDBInstance, quotedString } from "@duckdb/node-api"
import Database from "better-sqlite3"
import { Effect } from "effect"
import { lakePrices } from "../src/domain/read/lake.ts"
import { priceSnapshots } from "../src/domain/read/prices/table.ts"
import { isoMicros, slotText } from "../src/domain/units/time.ts"
import { columnsOf, sqlType } from "../src/layers/duckdb/staging/kinds.ts"
import { lakePath } from "../src/layers/files/data-dir.ts"
import * as SqliteDatabase from "../src/layers/sqlite/database/Database.ts"
import { migrate } from "../src/layers/sqlite/database/migrations.ts"
import { KALSHI, type Measured, measure, median } from "./measure.ts"

const MARKETS = 120_000
const PAGES_OF_SLOT = MARKETS / 1000
const SLOT_SECONDS = 900
const SLOTS_OF_DAY = 96
const SLOTS_OF_HOUR = 4
const FIRST_SLOT = Date.parse("2026-11-01T00:00:00Z") / 1000
const RUNS = 3

const [rows = "100000000", folder = mkdtempSync(join(tmpdir(), "kalshi-lake-"))] = process.argv.slice(2)
const slots = Math.max(1, Math.round(Number(rows) / MARKETS))

/** The quotes of a range of slots: about a tenth of the markets moves from one slot to the next. */
const quotesSql = (from: number, to: number): string => {
  const values: Readonly<Record<string, string>> = {
    ticker: "ticker",
    snapshot_time: `make_timestamptz((${FIRST_SLOT} + slot * ${SLOT_SECONDS}) * 1000000)`,
    yes_bid: "bid",
    yes_ask: "bid + 1",
    no_bid: "99 - bid",
    no_ask: "100 - bid",
    last_price: "bid",
    volume: "bid * 17 + step",
    volume_24h: "bid * 3",
    open_interest: "bid * 11",
    liquidity: "NULL",
    yes_bid_size: "bid * 5",
    yes_ask_size: "bid * 7",
    midpoint: "bid + 0.5",
    spread: "1",
    observed_at: `make_timestamptz((${FIRST_SLOT} + slot * ${SLOT_SECONDS}) * 1000000 + market // 1000 * 310000)`
  }
  const columns = columnsOf(priceSnapshots).map(
    (column) => `(${values[column]})::${sqlType(priceSnapshots, column)} AS ${column}`
  )
  return `
    SELECT ${columns.join(", ")}, 1 + slot * ${PAGES_OF_SLOT} + market // 1000 AS seq
    FROM (
      SELECT *, (slot + moves) // 10 AS step, 1 + (hash(market, (slot + moves) // 10) % 97)::INTEGER AS bid
      FROM markets, range(${from}, ${to}) AS slots(slot)
    )
    ORDER BY ticker, snapshot_time`
}

const tickersSql = `
  CREATE TABLE markets AS
  SELECT (i - 1)::BIGINT AS market, (hash(i) % 10)::BIGINT AS moves,
    'KX' || upper(left(md5((i // 200)::VARCHAR), 6)) || '-26NOV' || (i // 10 % 100) || '-T' || i AS ticker
  FROM range(1, ${MARKETS + 1}) AS numbers(i) ORDER BY ticker`

/** The ranges of slots of the files: those of a day, and then those of an hour. */
const parts = (): ReadonlyArray<{ readonly level: string; readonly from: number; readonly to: number }> => {
  const days = Math.floor(slots / SLOTS_OF_DAY)
  const hours = Math.ceil((slots - days * SLOTS_OF_DAY) / SLOTS_OF_HOUR)
  const hour = (n: number) => days * SLOTS_OF_DAY + n * SLOTS_OF_HOUR
  return [
    ...Array.from({ length: days }, (_, day) => ({
      level: "day",
      from: day * SLOTS_OF_DAY,
      to: (day + 1) * SLOTS_OF_DAY
    })),
    ...Array.from({ length: hours }, (_, n) => ({
      level: "hour",
      from: hour(n),
      to: Math.min(slots, hour(n + 1))
    }))
  ]
}

const timeOf = (slot: number): number => FIRST_SLOT + slot * SLOT_SECONDS

const makeLake = async (database: Database.Database): Promise<void> => {
  const connection = await (await DuckDBInstance.create(":memory:", { memory_limit: "4GB" })).connect()
  await connection.run("SET TimeZone = 'UTC'")
  await connection.run(tickersSql)
  const list = database.prepare(`
    INSERT INTO lake_files (path, table_name, level, month, first_time, last_time, rows, bytes, sha256, content_hash, added_at)
    VALUES (?, 'price_snapshots', ?, ?, ?, ?, ?, ?, ?, '', ?)`)
  for (const { from, level, to } of parts()) {
    const first = isoMicros(timeOf(from) * 1_000_000)
    const month = first.slice(0, 7)
    const path = join("price_snapshots", `month=${month}`, `${level}-${to * PAGES_OF_SLOT}-00000000.parquet`)
    const file = join(lakePath(folder), path)
    mkdirSync(dirname(file), { recursive: true })
    await connection.run(
      `COPY (${quotesSql(from, to)}) TO ${quotedString(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`
    )
    const last = isoMicros(timeOf(to - 1) * 1_000_000)
    const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex")
    const now = new Date(Date.now() + 1000).toISOString()
    list.run(path, level, month, first, last, (to - from) * MARKETS, statSync(file).size, sha256, now)
    console.error(`${path}: ${((to - from) * MARKETS).toLocaleString("en")} rows`)
  }
  database
    .prepare("INSERT INTO lake_tables VALUES ('price_snapshots', ?, ?, ?)")
    .run(lakePrices.version, slots * PAGES_OF_SLOT, new Date().toISOString())
  const tickers = await connection.runAndReadAll("SELECT market, ticker FROM markets ORDER BY market")
  fillTables(
    database,
    tickers.getRows().map(([, ticker]) => String(ticker))
  )
}

/** Fills the tables of SQLite: the markets, and the slot after those of the lake. */
const fillTables = (database: Database.Database, tickers: ReadonlyArray<string>): void => {
  const number = database.prepare("INSERT INTO market_numbers VALUES (?, ?)")
  const market = database.prepare(
    "INSERT INTO market_rows (market, event_ticker, status) VALUES (?, ?, 'active')"
  )
  const seen = database.prepare(
    "INSERT INTO market_rows_seen (market, final, observed_at, seq, digest) VALUES (?, 0, ?, 1, '-')"
  )
  const page = database.prepare("INSERT INTO price_pages (seq, observed_at, first, last) VALUES (?, ?, ?, ?)")
  const row = database.prepare(
    "INSERT INTO price_rows (slot, market, seq, yes_bid, yes_ask, last_price, volume) VALUES (?, ?, ?, 40, 41, 40, 7)"
  )
  const slot = timeOf(slots)
  const observedAt = isoMicros(slot * 1_000_000 + 250_000)
  database.transaction(() => {
    database.prepare("INSERT INTO price_slots VALUES (?, ?)").run(slot, slotText(slot))
    for (let n = 0; n < PAGES_OF_SLOT; n++) page.run(slots * PAGES_OF_SLOT + 1 + n, observedAt, slot, slot)
    for (const [index, ticker] of tickers.entries()) {
      number.run(index, ticker)
      market.run(index, ticker.slice(0, ticker.lastIndexOf("-")))
      seen.run(index, observedAt)
      row.run(slot, index, slots * PAGES_OF_SLOT + 1 + Math.floor(index / 1000))
    }
  })()
}

const questions = (ticker: string): ReadonlyArray<readonly [string, ReadonlyArray<string>]> => [
  ["start: SELECT 1", ["query", "SELECT 1"]],
  ["status", ["status"]],
  [
    "one market's history",
    [
      "query",
      `SELECT snapshot_time, yes_bid, yes_ask FROM price_snapshots WHERE ticker = '${ticker}' ORDER BY 1`
    ]
  ],
  [
    "last price of every market in the last slot",
    [
      "query",
      "SELECT count(*), sum(last_price) FROM (SELECT ticker, last_price FROM price_snapshots WHERE snapshot_time = (SELECT max(snapshot_time) FROM price_snapshots))"
    ]
  ],
  [
    "last price of every open market",
    [
      "query",
      "SELECT count(*), sum(p) FROM (SELECT ticker, arg_max(last_price, snapshot_time) AS p FROM price_snapshots JOIN markets USING (ticker) WHERE status = 'active' GROUP BY ticker)"
    ]
  ],
  [
    "a count by day",
    [
      "query",
      "SELECT date_trunc('day', snapshot_time) AS day, count(*) FROM price_snapshots GROUP BY day ORDER BY day"
    ]
  ]
]

const isMade = existsSync(join(folder, "kalshi.db"))
if (!isMade) {
  mkdirSync(folder, { recursive: true })
  await Effect.runPromise(
    Effect.scoped(
      Effect.flatMap(SqliteDatabase.make(join(folder, "kalshi.db"), "writer"), (database) =>
        Effect.provideService(migrate, SqliteDatabase.Database, database)
      )
    )
  )
}
const database = new Database(join(folder, "kalshi.db"))
if (!isMade) await makeLake(database)
const { ticker } = database.prepare("SELECT ticker FROM market_numbers WHERE market = 60000").get() as {
  readonly ticker: string
}
database.close()
for (const [what, args] of questions(ticker)) {
  const measured: Array<Measured> = []
  for (let n = 0; n < RUNS; n++)
    measured.push(await measure(KALSHI, [...args, "--data-dir", folder, "--json"]))
  const millis = Math.round(median(measured.map(({ seconds }) => seconds)) * 1000)
  const megabytes = Math.round(Math.max(...measured.map(({ peakMegabytes }) => peakMegabytes)))
  console.log(`${what}: ${millis} ms, ${megabytes} MB`)
}
console.log(folder)
