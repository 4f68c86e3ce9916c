/**
 * Measures how fast prices leave the database: `npx tsx bench/export.ts [rows] [folder]`. It makes a database
 * of that many price rows (1,200,000) through the real migrations, exports it, and compares Parquet with
 * SQLite. Beside it, it measures the way without this project: the sqlite3 shell writes the view as CSV, and
 * DuckDB reads that and writes sorted Parquet.
 */
import { spawn } from "node:child_process"
import { createWriteStream } from "node:fs"
import { mkdtemp, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { DuckDBInstance, quotedString } from "@duckdb/node-api"
import { SqliteClient } from "@effect/sql-sqlite-node"
import Database from "better-sqlite3"
import { Effect } from "effect"
import createObservations from "../migrations/0001_create_observations.ts"
import createRecords from "../migrations/0002_create_records.ts"
import createTables from "../migrations/0101_create_tables.ts"
import { isoMicros, slotText } from "../src/domain/units/time.ts"
import * as Exporter from "../src/layers/duckdb/export/Exporter.ts"

const MARKETS = 50_000
const PAGE_ROWS = 1000
const FIRST_SLOT = Date.parse("2026-11-02T00:00:00Z") / 1000
const SLOT_SECONDS = 900

const migrate = (file: string) =>
  Effect.all([createObservations, createRecords, createTables]).pipe(
    Effect.provide(SqliteClient.layer({ filename: file })),
    Effect.runPromise
  )

const tenths = (value: number): number => Math.round(value * 10) / 10

/** Returns a quote. Three books in ten are empty, and one quote in ten has tenths of a cent. */
const quote = (random: () => number): ReadonlyArray<number | null> => {
  const empty = random() < 0.3
  const bid = empty ? 0 : 1 + Math.floor(random() * 94) + (random() < 0.1 ? 0.5 : 0)
  const ask = empty ? 100 : bid + 1 + Math.floor(random() * 4)
  const size = Math.floor(random() * 500_000)
  return [
    bid,
    ask,
    tenths(100 - ask),
    tenths(100 - bid),
    random() < 0.5 ? 0 : Math.floor(random() * 100),
    Math.floor(random() ** 8 * 1e7),
    random() < 0.9 ? 0 : Math.floor(random() * 1e4),
    Math.floor(random() ** 6 * 1e6),
    null,
    random() < 0.3 ? size / 100 : size,
    Math.floor(random() * 5000)
  ]
}

/** Numbers that look random and are the same every time (mulberry32). */
const makeRandom = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
}

const fill = (file: string, rows: number): void => {
  const db = new Database(file)
  const random = makeRandom(7)
  const market = db.prepare("INSERT INTO market_numbers VALUES (?, ?)")
  const slot = db.prepare("INSERT INTO price_slots VALUES (?, ?)")
  const page = db.prepare("INSERT INTO price_pages VALUES (?, ?, ?, ?)")
  const row = db.prepare("INSERT INTO price_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
  db.transaction(() => {
    const markets = Math.min(MARKETS, rows)
    for (let at = 1; at <= markets; at++) {
      market.run(
        at,
        `KX${["BTC", "NFLGAME", "CPI", "HIGHNY"][at % 4]}-26NOV${at % 31}-T${(at * 7919) % 1_000_003}`
      )
    }
    // As if almost nothing trades: most quotes stay the same from slot to slot.
    const standing = Array.from({ length: markets }, () => quote(random))
    let seq = 0
    for (let left = rows, number = 0; left > 0; left -= markets, number++) {
      const second = FIRST_SLOT + number * SLOT_SECONDS
      slot.run(second, slotText(second))
      for (let at = 1; at <= Math.min(markets, left); at++) {
        if (at % PAGE_ROWS === 1)
          page.run(++seq, isoMicros(second * 1_000_000 + seq * 1000 + 123), second, second)
        if (random() < 0.1) standing[at - 1] = quote(random)
        row.run(second, at, seq, ...(standing[at - 1] ?? []))
      }
    }
  })()
  db.close()
}

const seconds = (millis: number): string => `${(millis / 1000).toFixed(2)} s`
const rate = (rows: number, millis: number): string =>
  `${Math.round(rows / millis).toLocaleString("en")},000 rows/s`

const exported = (dataDir: string, output: string) => {
  let read = 0
  const started = performance.now()
  return Exporter.make({ dataDir })
    .exportParquet({
      output,
      tables: ["price_snapshots"],
      onProgress: () =>
        Effect.sync(() => {
          read = performance.now() - started
        })
    })
    .pipe(Effect.runPromise)
    .then((result) => ({ result, read, millis: performance.now() - started }))
}

/** Compares the sums of both sides, in whole ten-thousandths of a cent and millionths of a contract. */
const check = async (file: string, output: string): Promise<boolean> => {
  const db = new Database(file, { readonly: true })
  const sums =
    "count(*), sum(CAST(round(yes_bid * 10000) AS INTEGER)), sum(CAST(round(midpoint * 100000) AS INTEGER)), sum(CAST(round(yes_bid_size * 1000000) AS INTEGER)), max(observed_at)"
  const sqlite = db.prepare(`SELECT ${sums} FROM price_snapshots`).raw().get()
  db.close()
  const connection = await (await DuckDBInstance.create()).connect()
  await connection.run("SET TimeZone = 'UTC'")
  const reader = await connection.runAndReadAll(
    `SELECT count(*), sum(yes_bid * 10000)::BIGINT, sum(midpoint * 100000)::BIGINT, sum(yes_bid_size * 1000000)::BIGINT,
       strftime(max(observed_at), '%Y-%m-%dT%H:%M:%S.%fZ')
     FROM ${quotedString(join(output, "price_snapshots/*/*.parquet"))}`
  )
  return (
    JSON.stringify(reader.getRows()[0]?.map(String)) ===
    JSON.stringify((sqlite as Array<unknown>).map(String))
  )
}

const withShell = async (file: string, folder: string): Promise<number | undefined> => {
  const csv = join(folder, "prices.csv")
  const started = performance.now()
  const shell = spawn("sqlite3", ["-readonly", "-header", "-csv", file, "SELECT * FROM price_snapshots"])
  const there = await new Promise<boolean>((answer) => {
    shell.on("error", () => answer(false))
    shell.on("spawn", () => answer(true))
  })
  if (!there) return undefined
  await pipeline(shell.stdout, createWriteStream(csv))
  const connection = await (await DuckDBInstance.create()).connect()
  await connection.run(
    `COPY (FROM read_csv(${quotedString(csv)}) ORDER BY ticker, snapshot_time)
     TO ${quotedString(join(folder, "prices.parquet"))} (FORMAT parquet, COMPRESSION zstd)`
  )
  return performance.now() - started
}

const rows = Number(process.argv[2] ?? 1_200_000)
const folder = process.argv[3] ?? (await mkdtemp(join(tmpdir(), "kalshi-bench-")))
const file = join(folder, "kalshi.db")
const output = join(folder, "export")
try {
  await stat(file)
} catch {
  await migrate(file)
  fill(file, rows)
}
for (let turn = 1; turn <= 3; turn++) {
  const { result, read, millis } = await exported(folder, output)
  console.log(
    `export ${turn}: ${result.rows.toLocaleString("en")} rows in ${seconds(millis)} (${rate(result.rows, millis)}): read ${seconds(read)}, sort and write ${seconds(millis - read)}; ${(result.bytes / result.rows).toFixed(1)} bytes a row`
  )
}
console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`)
console.log((await check(file, output)) ? "Parquet says what SQLite says" : "PARQUET DIFFERS FROM SQLITE")
const shell = await withShell(file, folder)
console.log(
  shell === undefined
    ? "no sqlite3 shell to compare with"
    : `sqlite3 -csv, then DuckDB: ${seconds(shell)} (${rate(rows, shell)})`
)
if (process.argv[3] === undefined) await rm(folder, { recursive: true, force: true })
