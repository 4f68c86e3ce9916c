/** The README's calibration recipe, on markets with a known answer. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"

const readme = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8")
const [, recipe = ""] = /--data-dir demo-data "(\s+WITH asked[^"]+)"/.exec(readme) ?? []

/** A market that is expected to end at 12:00, and its event; `null` if the exchange did not send the time. */
type MarketRow = readonly [ticker: string, event: string, expected: string | null]
/** The bid and the ask for YES at a time of the day. */
type QuoteRow = readonly [ticker: string, at: string, bid: number | null, ask: number | null]
type PayoutRow = readonly [ticker: string, payout: number | null]

interface Recorded {
  readonly markets: ReadonlyArray<MarketRow>
  readonly quotes: ReadonlyArray<QuoteRow>
  readonly payouts: ReadonlyArray<PayoutRow>
}

const time = (clock: string | null) => (clock === null ? "NULL" : `TIMESTAMPTZ '2026-11-28 ${clock}:00+00'`)

const values = (rows: ReadonlyArray<ReadonlyArray<string | number | null>>) =>
  rows.map((row) => `(${row.map((value) => value ?? "NULL").join(", ")})`).join(", ")

const quoted = (text: string) => `'${text}'`

const answer = async ({ markets, payouts, quotes }: Recorded) => {
  const duck = await (await DuckDBInstance.create(":memory:")).connect()
  await duck.run(`
    CREATE TABLE markets (ticker VARCHAR, event_ticker VARCHAR, expected_expiration_time TIMESTAMPTZ, close_time TIMESTAMPTZ);
    CREATE TABLE price_snapshots (ticker VARCHAR, observed_at TIMESTAMPTZ, yes_bid DECIMAL(9, 4), yes_ask DECIMAL(9, 4));
    CREATE TABLE settlements (ticker VARCHAR, yes_payout DECIMAL(9, 4));
    INSERT INTO markets VALUES ${values(markets.map(([ticker, event, expected]) => [quoted(ticker), quoted(event), time(expected), time("08:30")]))};
    INSERT INTO price_snapshots VALUES ${values(quotes.map(([ticker, at, bid, ask]) => [quoted(ticker), time(at), bid, ask]))};
    INSERT INTO settlements VALUES ${values(payouts.map(([ticker, payout]) => [quoted(ticker), payout]))};
  `)
  const rows = (await duck.runAndReadAll(recipe)).getRowObjectsJson()
  const entries = rows.map(({ hours_before, ...rest }) => {
    const numbers = Object.entries(rest).map(([name, value]) => [name, value === null ? null : Number(value)])
    return [Number(hours_before), Object.fromEntries(numbers)]
  })
  duck.closeSync()
  return Object.fromEntries(entries)
}

describe("the calibration recipe", () => {
  it("takes one price for each market and horizon: the last one known at that time", async () => {
    const { 3: three, 6: six } = await answer({
      markets: [["A", "E", "12:00"]],
      quotes: [
        // Six hours before is exactly 06:00: a quote one minute later was not known, although its hour begins
        // before.
        ["A", "05:40", 10, 20],
        ["A", "05:55", 20, 40],
        ["A", "06:01", 80, 90],
        ["A", "08:59", 60, 70]
      ],
      payouts: [["A", 100]]
    })
    assert.deepInclude(six, { quoted: 1, n: 1, events: 1, mean_price: 30, mean_payout: 100, brier: 0.49 })
    assert.deepInclude(three, { quoted: 1, n: 1, mean_price: 65, brier: 0.1225 })
  })

  it("includes near-certain markets: a missing bid is 0, a missing ask is 100", async () => {
    const { 3: three } = await answer({
      markets: [
        ["LOW", "E", "12:00"],
        ["HIGH", "E", "12:00"],
        ["NONE", "E", "12:00"],
        ["UNSAID", "F", "12:00"]
      ],
      quotes: [
        ["LOW", "08:50", 0, 4],
        ["HIGH", "08:50", 94, 100],
        ["NONE", "08:50", 0, 100],
        ["UNSAID", "08:50", null, null]
      ],
      payouts: [
        ["LOW", 0],
        ["HIGH", 100],
        ["NONE", 0],
        ["UNSAID", 0]
      ]
    })
    assert.deepInclude(three, { quoted: 4, empty: 2, n: 2, events: 1, mean_price: 49.5, mean_payout: 50 })
  })

  it("counts the markets that it cannot score, and averages the payout of those that it scores", async () => {
    const { 3: three } = await answer({
      markets: ["WON", "OPEN", "UNPAID", "SCALAR", "GAP", "NEVER"].map(
        (ticker) => [ticker, ticker, ticker === "NEVER" ? null : "12:00"] as const
      ),
      quotes: [
        ["WON", "08:50", 40, 60],
        ["OPEN", "08:50", 40, 60],
        ["UNPAID", "08:50", 40, 60],
        ["SCALAR", "08:50", 40, 60],
        ["GAP", "07:50", 40, 60],
        ["NEVER", "08:50", 40, 60]
      ],
      payouts: [
        ["WON", 100],
        ["UNPAID", null],
        ["SCALAR", 37],
        ["GAP", 100]
      ]
    })
    assert.deepInclude(three, { quoted: 4, unsettled: 2, scalar: 1, empty: 0, n: 1, mean_payout: 100 })
  })
})
