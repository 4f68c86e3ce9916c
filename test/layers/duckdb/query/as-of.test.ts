/**
 * The tables as of a time are those of a directory that had recorded up to then: no answer of later is in them, and
 * what later answers replaced or left out is there as it was.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc, Logger, LogLevel } from "effect"
import { publicTables } from "../../../../src/domain/read/catalog.ts"
import { isoMicros, slotText } from "../../../../src/domain/units/time.ts"
import { make as analyticsOf } from "../../../../src/layers/duckdb/query/Analytics.ts"
import { eventBody, stringsMarket } from "../../../domain/read/wire/bodies.ts"
import { liveCandle, seriesBody, statusBody } from "../../../domain/read/wire/other-bodies.ts"
import { booksAt, flush, tradesOf } from "../../lake/support.ts"
import { rowsOf, tablesIn, tell } from "../../projector/support.ts"
import { answer, raw, SLOT, scopedFolder } from "../../sqlite/support.ts"

const utf8 = new TextEncoder()
const json = (body: unknown): Uint8Array => utf8.encode(JSON.stringify(body))

const SLOTS = 4
const tickers = ["KXA-T1", "KXA-T2", "KXB-T1"]

const market = fc.record({
  status: fc.constantFrom("active", "active", "closed", "determined", "finalized"),
  result: fc.constantFrom("", "yes", "no", "scalar"),
  title: fc.constantFrom("Will it rain?", "Will it snow?"),
  close_time: fc.constantFrom("2026-11-23T04:59:00Z", "2026-11-22T13:00:00Z"),
  settlement_value_dollars: fc.constantFrom(undefined, "0.5500"),
  mve_selected_legs: fc.constantFrom(
    undefined,
    [{ event_ticker: "KXB", market_ticker: "KXB-T1", side: "yes", yes_settlement_value_dollars: "0.0690" }],
    [
      { event_ticker: "KXB", market_ticker: "KXB-T1", side: "no" },
      { event_ticker: "KXA", market_ticker: "KXA-T2", side: "yes" }
    ]
  )
})

/** What the exchange says in one slot. Facts have keys of their own in each. */
const slotSaid = fc.record({
  markets: fc.tuple(market, market, market),
  listed: fc.subarray([0, 1, 2]),
  category: fc.constantFrom("", "Climate", "Weather"),
  title: fc.constantFrom("Rain", "Snow"),
  fee: fc.constantFrom(1, 0.5),
  run: fc.constantFrom("complete", "failed")
})

type SlotSaid = typeof slotSaid extends fc.Arbitrary<infer Said> ? Said : never

const slotAt = (n: number) => SLOT + n * 900

const answersOf = ({ category, fee, listed, markets, title }: SlotSaid, n: number) => {
  const slot = slotAt(n)
  const observed = (second: number) => ({ slot, observedAt: isoMicros((slot + second) * 1_000_000 + n) })
  const bodies = listed.map((at) => {
    const terms = markets[at] as SlotSaid["markets"][number]
    const ticker = tickers[at] ?? ""
    const body = stringsMarket({ ...terms, ticker, event_ticker: ticker.slice(0, 3) })
    return { body, isOpen: terms.status === "active" }
  })
  const told = (isOpen: boolean) =>
    json({ markets: bodies.filter((one) => one.isOpen === isOpen).map(({ body }) => body), cursor: "" })
  return [
    answer(10 * n, { ...observed(1), body: told(true) }),
    answer(10 * n + 7, { ...observed(1.5), feed: "sync-markets", request: "/markets", body: told(false) }),
    answer(10 * n + 1, {
      ...observed(2),
      feed: "events",
      endpoint: "GET /events",
      request: "/events",
      body: json({
        events: [eventBody({ event_ticker: "KXA", series_ticker: "KXRAIN", category, title })],
        cursor: ""
      })
    }),
    answer(10 * n + 2, {
      ...observed(3),
      feed: "series",
      endpoint: "GET /series",
      request: "/series",
      body: json({ series: [seriesBody({ fee_multiplier: fee, title })] })
    }),
    answer(10 * n + 3, {
      ...observed(4),
      ...tradesOf([{ trade_id: `trade-${n}`, ticker: "KXA-T1", created_time: slotText(slot - 5) }]),
      slot
    }),
    answer(10 * n + 4, {
      ...observed(5),
      ...booksAt(slot, [{ ticker: "KXA-T1", yes: [["0.4000", "2.00"]], no: [] }])
    }),
    answer(10 * n + 5, {
      ...observed(6),
      feed: "candlesticks",
      endpoint: "GET /markets/candlesticks",
      request: "/markets/candlesticks?period_interval=1",
      body: json({
        markets: [{ market_ticker: "KXA-T1", candlesticks: [liveCandle({ end_period_ts: slot - 60 })] }]
      })
    }),
    answer(10 * n + 6, {
      ...observed(7),
      feed: "exchange",
      endpoint: "GET /exchange/status",
      request: "/exchange/status",
      body: json(statusBody({ trading_active: fee === 1 }))
    })
  ]
}

const ANSWERS_A_SLOT = 8

const addRuns = (folder: string, slots: ReadonlyArray<SlotSaid>, until: string) =>
  raw(folder, (database) => {
    for (const [n, { run }] of slots.entries()) {
      const ended = isoMicros((slotAt(n) + 8) * 1_000_000)
      const began = isoMicros(slotAt(n) * 1_000_000)
      if (began > until) continue
      const rest = ended > until ? "NULL, 'running', NULL, 0, 0, NULL, 0" : "?, ?, ?, 7, 9, NULL, 1"
      const end = [ended, run, run === "failed" ? `slot ${n} failed` : null]
      database
        .prepare(`INSERT INTO collection_runs VALUES ('markets', ?, 900, ?, ${rest})`)
        .run(slotText(slotAt(n)), began, ...(ended > until ? [] : end))
    }
  })

/** Columns that are not those of then: when a description was last confirmed, and the last quote of a final market. */
const OTHERWISE: Readonly<Record<string, ReadonlyArray<string>>> = {
  markets: ["observed_at", "not_found_at"],
  events: ["observed_at"],
  series: ["observed_at"],
  settlements: ["final_yes_price", "final_no_price"]
}

/** What a backfill was asked for is recorded beside the log. */
const COMPARED = publicTables.filter(({ name }) => name !== "backfills")

const selectOf = ({ columns, name }: (typeof publicTables)[number]) => {
  const names = Object.keys(columns).filter((column) => !(OTHERWISE[name] ?? []).includes(column))
  return `SELECT ${names.map((column) => `"${column}"`).join(", ")} FROM ${name} ORDER BY ALL`
}

/** Derived views follow from the tables. */
const VIEWS = [
  "SELECT ticker, probability, is_open, status, ended_at FROM latest_prices ORDER BY ALL",
  "FROM missing_slots ORDER BY ALL",
  "SELECT ticker, result, yes_payout, category, ended_at FROM settled_markets ORDER BY ALL"
]

const SQLS = [...COMPARED.map(selectOf), ...VIEWS]

describe("query as of a time", () => {
  it.scoped("gives the tables that had been recorded by then, from the lake and from the rows after it", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(
          fc.array(slotSaid, { minLength: SLOTS, maxLength: SLOTS }),
          fc.integer({ min: 1, max: ANSWERS_A_SLOT * SLOTS }),
          fc.integer({ min: 0, max: SLOTS }),
          (slots, until, flushed) =>
            Effect.gen(function* () {
              const all = slots.flatMap(answersOf)
              const asOf = String(all[until - 1]?.observedAt)
              const [folder, then] = [yield* scopedFolder, yield* scopedFolder]
              for (const [n, said] of slots.entries()) {
                yield* Effect.provide(tell(...answersOf(said, n)), tablesIn(folder))
                if (n === flushed) yield* flush(folder)
              }
              yield* Effect.provide(tell(...all.slice(0, until)), tablesIn(then))
              addRuns(folder, slots, "9999")
              addRuns(then, slots, asOf)
              const asked = yield* analyticsOf({ dataDir: folder }).queryAll({ sqls: SQLS, asOf })
              const expected = yield* analyticsOf({ dataDir: then }).queryAll({ sqls: SQLS })
              for (const [at, sql] of SQLS.entries()) {
                assert.deepStrictEqual(asked.results[at]?.columns, expected.results[at]?.columns, sql)
                assert.deepStrictEqual(asked.results[at]?.rows, expected.results[at]?.rows, sql)
              }
              assert.strictEqual(asked.source.lastSeq, until)
            }).pipe(Effect.scoped, Logger.withMinimumLogLevel(LogLevel.None), Effect.runPromise)
        ),
        { numRuns: 3, endOnFailure: true }
      )
    )
  )

  it.scoped("reads what a statement without a plan names, and nothing before the first answer", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const [said] = fc.sample(slotSaid, { numRuns: 1, seed: 7 })
      if (said === undefined) return
      const all = answersOf({ ...said, listed: [0, 1, 2] }, 0)
      yield* Effect.provide(tell(...all), tablesIn(folder))
      const analytics = analyticsOf({ dataDir: folder })
      const pivot = { sql: "PIVOT (SELECT 'n' AS n FROM markets) ON n USING count(*)" }
      const at = (observedAt: string | undefined) => ({ ...pivot, asOf: String(observedAt) })
      assert.deepStrictEqual((yield* analytics.query(at(all.at(-1)?.observedAt))).rows, [[3]])
      const before = { sql: "SELECT count(*) FROM markets", asOf: "2020-01-01T00:00:00.000000Z" }
      assert.deepStrictEqual((yield* analytics.query(before)).rows, [[0]])
      assert.strictEqual(rowsOf(folder, "SELECT ticker FROM markets").length, 3)
    })
  )

  it.scoped("has a fact that was read again later, and never shows what came later", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const at = (n: number) => ({ observedAt: isoMicros((SLOT + n) * 1_000_000) })
      const trade = (trade_id: string) => ({ trade_id, ticker: "KXA-T1", created_time: slotText(SLOT - 9) })
      const told = [
        answer(0, { ...tradesOf([trade("a"), trade("b")]), ...at(1) }),
        answer(1, { ...tradesOf([trade("b"), trade("c")]), ...at(2) })
      ]
      yield* Effect.provide(tell(...told), tablesIn(folder))
      const { rows } = yield* analyticsOf({ dataDir: folder }).query({
        sql: "SELECT trade_id FROM trades ORDER BY ALL",
        asOf: String(told[0]?.observedAt)
      })
      assert.deepStrictEqual(rows, [["a"], ["b"]])
    })
  )
})
