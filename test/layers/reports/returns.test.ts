/** The report `returns`, against returns that are computed from the same trades in TypeScript. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { ReportCell, ReportSection } from "../../../src/domain/reports/document.ts"
import { NO_FILTERS } from "../../../src/domain/reports/filters.ts"
import { layer as analyticsLayer } from "../../../src/layers/duckdb/query/Analytics.ts"
import { makeReturnsReport } from "../../../src/layers/reports/returns/returns.ts"
import { addMarket, insert, scopedDataDir } from "../duckdb/support.ts"
import { addTrade, withFilters } from "./recording.ts"

/** The payouts of YES, by market; NULL has not settled. Markets 1 and 2 are of one event. */
const PAYOUTS: Readonly<Record<number, number | null>> = { 1: 100, 2: 0, 3: 24, 4: null }

interface Made {
  readonly market: number
  readonly count: number
  readonly yesPrice: number
  readonly side: "yes" | "no" | null
}

const TRADES: ReadonlyArray<Made> = [
  { market: 1, count: 10, yesPrice: 40, side: "yes" },
  { market: 1, count: 100, yesPrice: 41, side: "no" },
  { market: 2, count: 1, yesPrice: 5, side: "yes" },
  { market: 2, count: 30, yesPrice: 6, side: "yes" },
  { market: 3, count: 7, yesPrice: 30, side: "yes" },
  { market: 4, count: 7, yesPrice: 30, side: "yes" },
  { market: 1, count: 1, yesPrice: 40, side: null },
  { market: 9, count: 5, yesPrice: 50, side: "yes" }
]

const filled = Effect.gen(function* () {
  const { dataDir, database } = yield* scopedDataDir
  for (const market of [1, 2, 3, 4]) addMarket(database, market, `KX-${market}`)
  insert(database, "market_numbers", { market: 9, ticker: "KX-9" })
  database.prepare("UPDATE market_rows SET event_ticker = 'KXOTHER' WHERE market = 3").run()
  for (const [market, payout] of Object.entries(PAYOUTS)) {
    if (payout === null) continue
    insert(database, "settlement_rows", {
      market: Number(market),
      event_ticker: Number(market) === 3 ? "KXOTHER" : "KXEVENT",
      result: payout === 100 ? "yes" : payout === 0 ? "no" : "scalar",
      yes_payout: payout,
      no_payout: 100 - payout
    })
  }
  for (const event of ["KXEVENT", "KXOTHER"]) {
    insert(database, "event_rows", { event_ticker: event, series_ticker: "KX", category: "Politics" })
    insert(database, "event_rows_seen", {
      event_ticker: event,
      final: 0,
      observed_at: "2026-11-22T12:15:00.123456Z",
      seq: 1,
      digest: "-"
    })
  }
  // The fee of the series began before the trades; the last trade of market 2 is made under a doubled one.
  for (const [change, scheduled, multiplier] of [
    ["a", "2026-01-01T00:00:00.000000Z", 1],
    ["b", "2026-11-22T10:03:00.000000Z", 2]
  ] as const)
    insert(database, "fee_change_rows", {
      change,
      change_id: change,
      series_ticker: "KX",
      event_ticker: null,
      scheduled_time: scheduled,
      fee_type: "quadratic",
      fee_multiplier: multiplier,
      observed_at: "2026-11-22T12:15:00.123456Z"
    })
  for (const [at, { count, market, side, yesPrice }] of TRADES.entries())
    addTrade(database, `2026-11-22T10:0${at}:00Z`, market, count, yesPrice, side)
  return { layer: analyticsLayer({ dataDir }), database }
})

/** Trades of settled markets with a known side, from the side of their takers. */
const judged = TRADES.flatMap(({ count, market, side, yesPrice }, at) => {
  const payout = PAYOUTS[market]
  if (payout === null || payout === undefined || side === null) return []
  const price = side === "yes" ? yesPrice : 100 - yesPrice
  const multiplier = at >= 3 ? 2 : 1
  // A cost of whole cents, so the fee is rounded up to whole cents too.
  const least = (0.07 * multiplier * price * (100 - price)) / 100
  const fee = Math.ceil(Number((least * count).toFixed(9)))
  return [
    {
      count,
      price,
      payout: side === "yes" ? payout : 100 - payout,
      fee: fee / count,
      least,
      event: market === 3 ? 2 : 1
    }
  ]
})

type Cells = Readonly<Record<string, ReportCell>> | undefined

/** Returns the rows of a table of a section, by the names of its columns. */
const fieldsOf = (section: ReportSection | undefined, nth = 0) => {
  const { columns = [], rows = [] } = section?.tables[nth] ?? {}
  return rows.map(
    (row): Readonly<Record<string, ReportCell>> =>
      Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null]))
  )
}

const mean = (values: ReadonlyArray<number>) => values.reduce((sum, one) => sum + one, 0) / values.length

describe("returns", () => {
  it.scopedLive("are those of both sides of each trade, with the fee of its day and errors by event", () =>
    Effect.gen(function* () {
      const { database, layer } = yield* filled
      const made = yield* Effect.provide(makeReturnsReport(NO_FILTERS), layer)
      assert.deepStrictEqual([made.population, made.included], [8, 5])
      assert.deepStrictEqual(
        [...made.exclusions].sort((one, other) => (one.reason < other.reason ? -1 : 1)),
        [
          { reason: "of markets that have not settled", count: 1 },
          { reason: "of markets without a description", count: 1 },
          { reason: "without the side of the taker", count: 1 }
        ]
      )
      const [overall, bands, categories] = made.sections
      const [[taker, maker] = [], [takerShare, makerShare] = []] = [0, 1].map((nth) => fieldsOf(overall, nth))
      const near = (row: Cells, name: string, expected: number) =>
        assert.closeTo(Number(row?.[name]), expected, 1e-9, name)
      const excess = judged.map(({ payout, price }) => payout - price)
      const sum = (each: (one: (typeof judged)[number]) => number) =>
        judged.reduce((all, one) => all + each(one), 0)
      near(taker, "trades", 5)
      near(
        taker,
        "contracts",
        sum(({ count }) => count)
      )
      near(taker, "events", 2)
      near(taker, "mean_price", mean(judged.map(({ price }) => price)))
      near(taker, "excess", mean(excess))
      near(
        taker,
        "excess_by_contract",
        sum(({ count, payout, price }) => count * (payout - price)) / sum(({ count }) => count)
      )
      near(takerShare, "gross", mean(judged.map(({ payout, price }) => (payout - price) / price)))
      const paid = sum(({ count, price }) => count * price)
      near(takerShare, "gross_by_dollar", sum(({ count, payout }) => count * payout) / paid - 1)
      near(takerShare, "fee_high", mean(judged.map(({ fee, price }) => fee / price)))
      near(takerShare, "fee_low", mean(judged.map(({ least, price }) => least / price)))
      near(
        takerShare,
        "net_low",
        mean(judged.map(({ fee, payout, price }) => (payout - price - fee) / price))
      )
      near(
        takerShare,
        "net_high",
        mean(judged.map(({ least, payout, price }) => (payout - price - least) / price))
      )
      near(
        takerShare,
        "net_by_dollar_low",
        sum(({ count, fee, payout }) => count * (payout - fee)) / paid - 1
      )
      near(
        takerShare,
        "net_by_dollar_high",
        sum(({ count, least, payout }) => count * (payout - least)) / paid - 1
      )
      // What takers gain makers lose; makers pay no fee of this type.
      near(maker, "excess", -mean(excess))
      near(makerShare, "gross", mean(judged.map(({ payout, price }) => (price - payout) / (100 - price))))
      for (const name of ["net_low", "net_high"]) near(makerShare, name, Number(makerShare?.gross))
      // Two events are too few for an error.
      assert.match(overall?.finding ?? "", /too few events/)
      assert.isNull(taker?.excess_error)
      assert.isBelow(Number(taker?.excess_effective), 2)
      assert.deepStrictEqual(
        fieldsOf(bands).map(({ role, band, trades }) => [role, band, trades]),
        [
          ["taker", "1–10¢", 2],
          ["taker", "21–30¢", 1],
          ["taker", "31–40¢", 1],
          ["taker", "51–60¢", 1],
          ["maker", "41–50¢", 1],
          ["maker", "51–60¢", 1],
          ["maker", "61–70¢", 1],
          ["maker", "91–99¢", 2]
        ]
      )
      assert.deepStrictEqual(
        fieldsOf(categories).map(({ role, category }) => [role, category]),
        [
          ["taker", "Politics"],
          ["maker", "Politics"]
        ]
      )
      const gaps = fieldsOf(categories, 2)
      near(
        gaps.find(({ category }) => category === "Politics"),
        "gap",
        -2 * mean(excess)
      )
      assert.isNull(gaps.find(({ category }) => category === "Sports")?.gap)
      assert.include(made.notes[0], "1 trade of markets with a scalar result")
      near(takerShare, "trades_with_fee", 5)
      // The fee of this type is in a table that the exchange does not send.
      database.prepare("UPDATE fee_change_rows SET fee_type = 'flat' WHERE change = 'b'").run()
      const [partly] = (yield* Effect.provide(makeReturnsReport(NO_FILTERS), layer)).sections
      const known = judged.slice(0, 3)
      const [row] = fieldsOf(partly, 1)
      near(row, "trades_with_fee", known.length)
      near(row, "net_low", mean(known.map(({ fee, payout, price }) => (payout - price - fee) / price)))
      near(row, "fee_low", mean(known.map(({ least, price }) => least / price)))
      assert.strictEqual(row?.gross, takerShare?.gross)
      const none = yield* Effect.provide(makeReturnsReport(withFilters({ categories: ["Sports"] })), layer)
      assert.deepStrictEqual([none.population, none.included], [8, 0])
    })
  )
})
