/** The report `returns` of random trades: every trade counted once whatever the filters, and errors clustered by event. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Report, ReportCell } from "../../../src/domain/reports/document.ts"
import type { ReportFilters } from "../../../src/domain/reports/filters.ts"
import { clusteredMean } from "../../../src/domain/statistics/clustered.ts"
import { seeded } from "../../../src/domain/statistics/random.ts"
import { sampleOf } from "../../../src/domain/statistics/sample.ts"
import { layer as analyticsLayer } from "../../../src/layers/duckdb/query/Analytics.ts"
import { makeReturnsReport } from "../../../src/layers/reports/returns/returns.ts"
import { addMarket, insert, scopedDataDir } from "../duckdb/support.ts"
import { addTrade } from "./recording.ts"

const START = Date.parse("2026-11-22T00:00:00Z")
const HOUR = 3_600_000
const EVENTS = 80
const CATEGORIES = ["Politics", "Sports", "Crypto"] as const

const random = seeded(5)
const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1))
const oneOf = <A>(...list: ReadonlyArray<A>): A => list[Math.floor(random() * list.length)] as A

interface Market {
  readonly event: number
  readonly described: boolean
  readonly combo: boolean
  readonly settled: boolean
  readonly payout: number | null
}

const seriesOf = (event: number) => `KX${event % 2}`
const categoryOf = (event: number) => CATEGORIES[event % 3] ?? "Politics"

const MARKETS = Array.from(
  { length: 2 * EVENTS },
  (_, n): Market => ({
    event: n >> 1,
    described: random() > 0.05,
    combo: random() < 0.2,
    settled: random() > 0.1,
    payout: oneOf(0, 0, 100, 37.5, ...(n % 20 === 0 ? [null] : []))
  })
)

const TRADES = Array.from({ length: 900 }, (_, n) => ({
  market: whole(0, MARKETS.length - 1),
  at: START + Math.floor((n / 900) * 48) * HOUR,
  count: oneOf(1, 10, 0.25, whole(1, 900)),
  yesPrice: oneOf(whole(1, 99), whole(1, 99) + 0.5),
  side: oneOf<"yes" | "no" | null>("yes", "no", "yes", "no", "no", null)
}))

const filled = Effect.gen(function* () {
  const { dataDir, database } = yield* scopedDataDir
  database.exec("BEGIN")
  for (const [n, { combo, described, event, payout, settled }] of MARKETS.entries()) {
    const ticker = `${seriesOf(event)}-${event}-${n}`
    const event_ticker = `${seriesOf(event)}-${event}`
    if (!described) insert(database, "market_numbers", { market: n + 1, ticker })
    else {
      addMarket(database, n + 1, ticker)
      database
        .prepare("UPDATE market_rows SET event_ticker = ?, mve_collection_ticker = ? WHERE market = ?")
        .run(event_ticker, combo ? "KXMVE" : null, n + 1)
    }
    if (settled)
      insert(database, "settlement_rows", {
        market: n + 1,
        event_ticker,
        result: payout === 100 ? "yes" : payout === 0 ? "no" : "scalar",
        yes_payout: payout,
        no_payout: payout === null ? null : 100 - payout
      })
  }
  for (let event = 0; event < EVENTS; event++) {
    const event_ticker = `${seriesOf(event)}-${event}`
    insert(database, "event_rows", {
      event_ticker,
      series_ticker: seriesOf(event),
      category: categoryOf(event)
    })
    insert(database, "event_rows_seen", {
      event_ticker,
      final: 0,
      observed_at: "2026-11-22T12:15:00.123456Z",
      seq: 1,
      digest: "-"
    })
  }
  for (const { at, count, market, side, yesPrice } of TRADES)
    addTrade(database, new Date(at).toISOString(), market + 1, count, yesPrice, side)
  database.exec("COMMIT")
  return analyticsLayer({ dataDir })
})

type Trade = (typeof TRADES)[number]

const marketOf = (trade: Trade): Market => MARKETS[trade.market] as Market

const volumeOf = (market: number) =>
  TRADES.reduce((sum, trade) => (trade.market === market ? sum + trade.count : sum), 0)

const isSelected = (trade: Trade, { categories, combos, minVolume, series }: ReportFilters) => {
  const { combo, described, event } = marketOf(trade)
  if (!described) return categories.length === 0 && series.length === 0 && combos !== "only"
  return (
    (combos === "include" || combo === (combos === "only")) &&
    (series.length === 0 || series.includes(seriesOf(event))) &&
    (categories.length === 0 || categories.includes(categoryOf(event))) &&
    (minVolume === undefined || volumeOf(trade.market) >= minVolume)
  )
}

const isIncluded = (trade: Trade, filters: ReportFilters) => {
  const { described, payout, settled } = marketOf(trade)
  return isSelected(trade, filters) && described && settled && payout !== null && trade.side !== null
}

const momentAt = (hours: number) => {
  return new Date(START + hours * HOUR).toISOString().replace("Z", "000Z")
}

const anyFilters = (): ReportFilters => ({
  combos: oneOf("exclude", "only", "include"),
  series: oneOf([], [], ["KX1"]),
  categories: oneOf([], [], ["Sports"], ["Crypto", "Politics"]),
  ...(random() < 0.5 ? { minVolume: oneOf(1, 300, 1500) } : {}),
  ...(random() < 0.5 ? { from: momentAt(whole(0, 20)) } : {}),
  ...(random() < 0.5 ? { to: momentAt(whole(21, 47)) } : {})
})

const rowsOf = (report: Report, id: string, nth = 0) => {
  const { columns = [], rows = [] } = report.sections.find((one) => one.id === id)?.tables[nth] ?? {}
  return rows.map(
    (row): Readonly<Record<string, ReportCell>> =>
      Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null]))
  )
}

/** Returns (Σ s)² / Σ n s over clusters, with the sums n of stakes and s of stakes times the part that is expected. */
const effectiveOf = (
  cluster: Int32Array,
  stakes: ReadonlyArray<number>,
  parts: ReadonlyArray<number>
): number => {
  const sums = new Map<number, { staked: number; part: number }>()
  for (const [row, number] of cluster.entries()) {
    const { part, staked } = sums.get(number) ?? { staked: 0, part: 0 }
    const stake = stakes[row] ?? Number.NaN
    sums.set(number, { staked: staked + stake, part: part + stake * (parts[row] ?? Number.NaN) })
  }
  const all = [...sums.values()]
  return (
    all.reduce((sum, { part }) => sum + part, 0) ** 2 /
    all.reduce((sum, { part, staked }) => sum + part * staked, 0)
  )
}

describe("returns of random trades", () => {
  it.scopedLive("count every trade once, whatever the filters, and the bands and categories add up", () =>
    Effect.gen(function* () {
      const layer = yield* filled
      for (let n = 0; n < 8; n++) {
        const filters = anyFilters()
        const report = yield* Effect.provide(makeReturnsReport(filters), layer)
        const what = JSON.stringify(filters)
        const first = filters.from === undefined ? 0 : Date.parse(filters.from)
        const end = filters.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(filters.to)
        const population = TRADES.filter(({ at }) => at >= first && at < end)
        assert.strictEqual(report.population, population.length, what)
        assert.strictEqual(report.included, population.filter((one) => isIncluded(one, filters)).length, what)
        const excluded = report.exclusions.reduce((sum, { count }) => sum + count, 0)
        assert.strictEqual(report.included + excluded, report.population, what)
        for (const section of ["overall", "bands", "categories"])
          for (const role of ["taker", "maker"]) {
            const rows = rowsOf(report, section).filter((row) => row.role === role)
            assert.strictEqual(
              rows.reduce((sum, { trades }) => sum + Number(trades), 0),
              report.included,
              `${section} of ${role}s: ${what}`
            )
          }
      }
    })
  )

  it.scopedLive("have the errors of means with weights, clustered by event", () =>
    Effect.gen(function* () {
      const filters: ReportFilters = { combos: "include", series: [], categories: [] }
      const report = yield* Effect.provide(makeReturnsReport(filters), yield* filled)
      const met = new Set<boolean>()
      const [taker, maker] = rowsOf(report, "overall").map((row, n) => ({
        ...row,
        ...rowsOf(report, "overall", 1)[n]
      }))
      const included = TRADES.filter((one) => isIncluded(one, filters))
      for (const [role, row] of [
        ["taker", taker],
        ["maker", maker]
      ] as const) {
        const sides = included.map(({ count, side, yesPrice, ...trade }) => {
          const yes = (side === "yes") === (role === "taker")
          const payout = marketOf({ count, side, yesPrice, ...trade }).payout ?? Number.NaN
          return { count, price: yes ? yesPrice : 100 - yesPrice, payout: yes ? payout : 100 - payout }
        })
        const sample = sampleOf(
          included.map((one) => ({ forecast: 0, outcome: 0, cluster: String(marketOf(one).event) }))
        )
        const means = {
          excess: sides.map(({ payout, price }) => [payout - price, 1] as const),
          gross: sides.map(({ payout, price }) => [(payout - price) / price, 1] as const),
          excess_by_contract: sides.map(({ count, payout, price }) => [payout - price, count] as const),
          gross_by_dollar: sides.map(
            ({ count, payout, price }) => [payout / price - 1, count * price] as const
          )
        }
        for (const [name, weighted] of Object.entries(means)) {
          const total = weighted.reduce((sum, [, weight]) => sum + weight, 0)
          const mean = weighted.reduce((sum, [value, weight]) => sum + value * weight, 0) / total
          // The error of a weighted mean is that of the mean of its linearization.
          const values = Float64Array.from(
            weighted,
            ([value, weight]) => ((value - mean) * weight * weighted.length) / total
          )
          const { standardError } = clusteredMean(sample, values)
          assert.closeTo(Number(row?.[name]), mean, 1e-9, `${role} ${name}`)
          const stakes = sides.map(({ count, price }) =>
            name === "excess" ? 1 : name === "gross" ? 100 / price : count
          )
          const won = sides.map(({ price }) => price / 100)
          const outcomes = Math.min(
            effectiveOf(sample.cluster, stakes, won),
            effectiveOf(
              sample.cluster,
              stakes,
              won.map((one) => 1 - one)
            )
          )
          const error = row?.[`${name}_error`]
          if (outcomes < 20) assert.isNull(error, `${role} ${name}`)
          else assert.closeTo(Number(error), standardError, 1e-9, `${role} ${name}`)
          met.add(outcomes < 20)
        }
      }
      // Of some means the error can be told, and of some not.
      assert.strictEqual(met.size, 2)
    })
  )
})
