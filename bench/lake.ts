/**
 * Measures how fast a large lake answers, beside the same questions to SQLite:
 * `npx tsx bench/lake.ts [rows, 100000000] [folder] [--trades 20000000] [--sqlite] [--processor]`. It makes a data
 * directory with that many price rows of 120,000 settled markets, a slot every 15 minutes: a file of each whole day, a
 * file of each hour of the last, and one slot that is only in SQLite; and as many trades of the same time. With
 * `--sqlite` it also copies the rows into an SQLite file, which takes 3 GB. Each question is
 * asked three times, in a process of its own as a user would; the table has the median of the time and the peak of the
 * memory. A folder that has the data is used as it is. With `--processor`, times are those of the processor.
 */
import { existsSync, mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import Database from "better-sqlite3"
import { CALIBRATION, copyToSqlite, historyOf, MOVERS } from "./lake/by-hand.ts"
import { databaseOf, makeLake } from "./lake/make.ts"
import { MARKETS, type Sizes, SLOTS_OF_DAY } from "./lake/sizes.ts"
import { KALSHI, type Measured, measure, measureCommand, median } from "./measure.ts"
import { atMost, type Goal, type Line, report } from "./report.ts"

const RUNS = 3

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    trades: { type: "string", default: "20000000" },
    sqlite: { type: "boolean", default: false },
    processor: { type: "boolean", default: false }
  }
})
const [rows = "100000000", folder = mkdtempSync(join(tmpdir(), "kalshi-lake-"))] = positionals
const sizes: Sizes = { slots: Math.max(1, Math.round(Number(rows) / MARKETS)), trades: Number(values.trades) }
if (sizes.slots <= SLOTS_OF_DAY + 1)
  throw new Error(
    `the movers of a day need more than a day of slots: ${MARKETS * (SLOTS_OF_DAY + 2)} rows or more`
  )
const sqliteFile = join(folder, "by-hand.sqlite")

interface Question {
  readonly what: string
  readonly goal?: Goal
  readonly ours: ReadonlyArray<string>
  /** The statement for the shell of SQLite. */
  readonly byHand?: string
}

const questionsAbout = (ticker: string): ReadonlyArray<Question> => [
  { what: "start: SELECT 1", ours: ["query", "SELECT 1"], byHand: "SELECT 1" },
  { what: "status", ours: ["status"] },
  { what: "calibration", goal: atMost(15), ours: ["analyze", "calibration"], byHand: CALIBRATION },
  { what: "history", goal: atMost(0.5), ours: ["analyze", "history", ticker], byHand: historyOf(ticker) },
  { what: "movers", goal: atMost(3), ours: ["analyze", "movers"], byHand: MOVERS },
  { what: "returns", ours: ["analyze", "returns"] },
  { what: "liquidity", ours: ["analyze", "liquidity"] },
  { what: "volume", ours: ["analyze", "volume"] },
  { what: "completeness", ours: ["analyze", "completeness"] },
  {
    what: "one market's quotes",
    ours: [
      "query",
      `SELECT snapshot_time, yes_bid, yes_ask FROM price_snapshots WHERE ticker = '${ticker}' ORDER BY 1`
    ]
  },
  {
    what: "last price of every market in the last slot",
    ours: [
      "query",
      "SELECT count(*), sum(last_price) FROM (SELECT ticker, last_price FROM price_snapshots WHERE snapshot_time = (SELECT max(snapshot_time) FROM price_snapshots))"
    ]
  },
  {
    what: "last price of every settled market",
    ours: [
      "query",
      "SELECT count(*), sum(p) FROM (SELECT ticker, arg_max(last_price, snapshot_time) AS p FROM price_snapshots JOIN markets USING (ticker) WHERE status = 'finalized' GROUP BY ticker)"
    ]
  },
  {
    what: "a count by day",
    ours: [
      "query",
      "SELECT date_trunc('day', snapshot_time) AS day, count(*) FROM price_snapshots GROUP BY day ORDER BY day"
    ]
  }
]

const secondsOf = (all: ReadonlyArray<Measured>): number =>
  median(all.map((one) => (values.processor ? one.processorSeconds : one.seconds)))

const peakOf = (all: ReadonlyArray<Measured>): number =>
  Math.max(...all.map(({ peakMegabytes }) => peakMegabytes))

/** Asks a question on both sides in turn, so that a change of the machine's pace hits both. */
const linesOf = async ({ byHand, goal, ours, what }: Question): Promise<ReadonlyArray<Line>> => {
  const [kept, hand]: [Array<Measured>, Array<Measured>] = [[], []]
  for (let run = 0; run < RUNS; run++) {
    kept.push(await measure(KALSHI, [...ours, "--data-dir", folder, "--json"]))
    if (values.sqlite && byHand !== undefined)
      hand.push(await measureCommand("sqlite3", ["-readonly", sqliteFile, byHand]))
  }
  const isAsked = hand.length > 0
  // A process that ends at once has ended before its memory is looked at.
  const isKnown = isAsked && hand.every(({ peakMegabytes }) => !Number.isNaN(peakMegabytes))
  return [
    {
      what,
      unit: "s",
      ours: secondsOf(kept),
      byHand: isAsked ? secondsOf(hand) : null,
      ...(goal === undefined ? {} : { goal })
    },
    {
      what: `${what}: peak memory`,
      unit: "MB",
      ours: peakOf(kept),
      byHand: isKnown ? peakOf(hand) : null,
      ...(what === "calibration" ? { goal: atMost(4000) } : {})
    }
  ]
}

if (!existsSync(databaseOf(folder))) await makeLake(folder, sizes)
if (values.sqlite && !existsSync(sqliteFile)) await copyToSqlite(folder, sqliteFile, sizes)
const database = new Database(databaseOf(folder), { readonly: true })
const { ticker } = database.prepare("SELECT ticker FROM market_numbers WHERE market = 60000").get() as {
  readonly ticker: string
}
database.close()
const lines: Array<Line> = []
for (const question of questionsAbout(ticker)) lines.push(...(await linesOf(question)))
console.log(report(lines))
console.log(folder)
