/** The part of the benchmark's data that is in SQLite: descriptions, settlements, the record of slots, the last slot. */
import type Database from "better-sqlite3"
import { slotText } from "../../src/domain/units/time.ts"
import { closeOf, MARKETS, PAGES_OF_SLOT, type Sizes, settledOf, textOf, timeOf } from "./sizes.ts"

/** A market as it was last described. */
export interface Described {
  readonly market: number
  readonly ticker: string
  readonly event: string
  readonly series: string
  readonly category: string
  readonly won: boolean
  readonly title: string
  readonly outcome: string
  readonly rules: string
}

const inserting = (database: Database.Database, table: string, columns: ReadonlyArray<string>) =>
  database.prepare(
    `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`
  )

/** The feeds that are due in each slot of the record. */
const FEEDS = ["markets", "trades"] as const

const fillRuns = (database: Database.Database, { slots }: Sizes): void => {
  const run = inserting(database, "collection_runs", [
    ...["feed", "slot", "interval", "started_at", "finished_at", "status", "pages", "items"]
  ])
  for (let n = 0; n <= slots; n++)
    for (const feed of FEEDS) {
      const [slot, seconds] = [slotText(timeOf(n)), feed === "markets" ? 60 : 5]
      run.run(
        feed,
        slot,
        900,
        textOf(timeOf(n)),
        textOf(timeOf(n) + seconds),
        "complete",
        PAGES_OF_SLOT,
        MARKETS
      )
    }
  // The listing of fees says that no fee changed before the recording.
  run.run("fees", slotText(timeOf(0)), 86_400, textOf(timeOf(0)), textOf(timeOf(0) + 1), "complete", 1, 0)
}

const fillSeries = (database: Database.Database, markets: ReadonlyArray<Described>): void => {
  const of = { fee_type: "quadratic", fee_multiplier: 1 }
  const row = inserting(database, "series_rows", ["series_ticker", "category", ...Object.keys(of)])
  const seen = inserting(database, "series_rows_seen", [
    ...["series_ticker", "final", "observed_at", "seq", "digest"]
  ])
  const version = inserting(database, "series_versions", [
    ...["observed", "series_ticker", "seq", "digest", "category", ...Object.keys(of)]
  ])
  const observedAt = textOf(timeOf(0))
  const observed = timeOf(0) * 1_000_000
  // It is after the watermark of the lake, which has no file of series.
  const seq = 10_000_000
  inserting(database, "series_version_pages", ["seq", "observed_at", "first", "last"]).run(
    seq,
    observedAt,
    observed,
    observed
  )
  for (const { category, series } of new Map(markets.map((one) => [one.series, one])).values()) {
    row.run(series, category, ...Object.values(of))
    seen.run(series, 0, observedAt, 1, "-")
    version.run(observed, series, seq, "-", category, ...Object.values(of))
  }
}

const fillEvents = (database: Database.Database, markets: ReadonlyArray<Described>): void => {
  const row = inserting(database, "event_rows", [
    ...["event_ticker", "series_ticker", "title", "category", "mutually_exclusive"]
  ])
  const seen = inserting(database, "event_rows_seen", [
    ...["event_ticker", "final", "observed_at", "seq", "digest"]
  ])
  for (const { category, event, series } of new Map(markets.map((one) => [one.event, one])).values()) {
    row.run(event, series, `The value of ${event}`, category, 0)
    seen.run(event, 0, textOf(timeOf(0)), 1, "-")
  }
}

const fillMarkets = (database: Database.Database, markets: ReadonlyArray<Described>, sizes: Sizes): void => {
  const [close, settled] = [textOf(closeOf(sizes)), textOf(settledOf(sizes))]
  const lastSeq = (sizes.slots + 1) * PAGES_OF_SLOT
  const rules = inserting(database, "shared_texts", ["text", "digest", "content"])
  const numberOfRules = new Map<string, number>()
  const textNumber = (text: string): number => {
    const known = numberOfRules.get(text)
    if (known !== undefined) return known
    const number = numberOfRules.size + 1
    numberOfRules.set(text, number)
    rules.run(number, String(number), text)
    return number
  }
  const number = inserting(database, "market_numbers", ["market", "ticker"])
  const row = inserting(database, "market_rows", [
    ...["market", "event_ticker", "market_type", "title", "yes_sub_title", "status", "result"],
    ...["settlement_value", "settlement_ts", "notional_value", "open_time", "close_time", "expiration_time"],
    ...["strike_type", "rules_primary"]
  ])
  const seen = inserting(database, "market_rows_seen", ["market", "final", "observed_at", "seq", "digest"])
  const settlement = inserting(database, "settlement_rows", [
    ...["market", "event_ticker", "settled_at", "result", "yes_payout", "no_payout"]
  ])
  const seenSettled = inserting(database, "settlement_rows_seen", [
    ...["market", "final", "observed_at", "seq", "digest"]
  ])
  for (const { event, market, outcome, rules: text, ticker, title, won } of markets) {
    const [result, payout] = won ? ["yes", 100] : ["no", 0]
    number.run(market, ticker)
    row.run(
      ...[
        market,
        event,
        "binary",
        title,
        outcome,
        "finalized",
        result,
        payout,
        settled,
        100,
        textOf(timeOf(0))
      ],
      ...[close, close, "greater", textNumber(text)]
    )
    seen.run(market, 1, settled, lastSeq + 1, "-")
    settlement.run(market, event, settled, result, payout, 100 - payout)
    seenSettled.run(market, 1, settled, lastSeq + 1, "-")
  }
}

/** The slot after those of the lake. */
const fillPrices = (
  database: Database.Database,
  markets: ReadonlyArray<Described>,
  { slots }: Sizes
): void => {
  const page = inserting(database, "price_pages", ["seq", "observed_at", "first", "last"])
  const row = inserting(database, "price_rows", [
    ...["slot", "market", "seq", "yes_bid", "yes_ask", "last_price", "volume"]
  ])
  const slot = timeOf(slots)
  inserting(database, "price_slots", ["slot", "snapshot_time"]).run(slot, slotText(slot))
  for (let n = 0; n < PAGES_OF_SLOT; n++)
    page.run(slots * PAGES_OF_SLOT + 1 + n, textOf(slot + 1), slot, slot)
  for (const { market } of markets)
    row.run(slot, market, slots * PAGES_OF_SLOT + 1 + Math.floor(market / 1000), 40, 41, 40, 7)
}

/** Fills the tables of SQLite. */
export const fillTables = (
  database: Database.Database,
  markets: ReadonlyArray<Described>,
  sizes: Sizes
): void =>
  database.transaction(() => {
    fillRuns(database, sizes)
    fillSeries(database, markets)
    fillEvents(database, markets)
    fillMarkets(database, markets, sizes)
    fillPrices(database, markets, sizes)
  })()
