/**
 * Trades, candles and the schedule are read again and again, and the tables keep the last reading. As of a time they
 * are what had been read by then, wherever the rows and the log lie now.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc, Logger, LogLevel } from "effect"
import type { Observation } from "../../../../src/domain/observation.ts"
import { isoMicros, slotText } from "../../../../src/domain/units/time.ts"
import { make as analyticsOf } from "../../../../src/layers/duckdb/query/Analytics.ts"
import { liveCandle, scheduleBody } from "../../../domain/read/wire/other-bodies.ts"
import { archiveAll } from "../../archive/support.ts"
import { compact, flush, tradesOf } from "../../lake/support.ts"
import { rebuild, rowsOf, tablesIn, tell } from "../../projector/support.ts"
import { prune } from "../../prune/support.ts"
import { answer, SLOT, scopedFolder } from "../../sqlite/support.ts"

const utf8 = new TextEncoder()
const json = (body: unknown): Uint8Array => utf8.encode(JSON.stringify(body))

const SLOTS = 5
const ANSWERS_A_SLOT = 5
const tickers = ["KXA-T1", "KXA-T2", "KXÜ-☂"]
const slotAt = (n: number) => SLOT + n * 900

/** The number of each trade and candle tells its market and its time; `from` is the slot since which it is revised. */
const trade = fc.record({
  i: fc.integer({ min: 0, max: 11 }),
  digits: fc.constantFrom(0, 3, 6)
})
const candle = fc.record({ i: fc.integer({ min: 0, max: 11 }), minutes: fc.constantFrom(1, 60) })
const slotSaid = fc.record({
  tape: fc.array(trade, { maxLength: 6 }),
  again: fc.array(trade, { maxLength: 4 }),
  candles: fc.array(candle, { maxLength: 5 }),
  alone: fc.array(candle, { maxLength: 3 }),
  schedule: fc.constantFrom("whole", "hours", "windows", "none")
})
type SlotSaid = typeof slotSaid extends fc.Arbitrary<infer Said> ? Said : never

const tickerOf = (i: number) => tickers[i % tickers.length] ?? ""
const createdOf = (i: number) => (slotAt(Math.floor(i / 3)) - 5) * 1_000_000 + i * 123_457

const tradeBody = ({ digits, i }: SlotSaid["tape"][number], n: number, revised: number) => {
  const time = isoMicros(createdOf(i))
  return {
    trade_id: `trade-${i}`,
    ticker: tickerOf(i),
    created_time: digits === 6 ? time : `${time.slice(0, digits === 0 ? 19 : 23)}Z`,
    count_fp: n >= revised + (i % 3) ? "2.50" : "1.00",
    taker_side: n >= revised + (i % 2) ? "no" : "yes"
  }
}

const candleBody = (i: number, n: number, revised: number) =>
  liveCandle({ end_period_ts: slotAt(Math.floor(i / 3)), volume_fp: n >= revised ? `${n}.00` : "1.00" })

const schedules: Readonly<Record<SlotSaid["schedule"], (n: number) => unknown>> = {
  whole: (n) => scheduleBody({ maintenance_windows: [{ start_datetime: slotText(slotAt(n)) }] }),
  hours: (n) => ({ schedule: { standard_hours: [`week ${n}`], maintenance_windows: undefined } }),
  windows: (n) => ({ schedule: { maintenance_windows: [n] } }),
  none: () => ({ schedule: {} })
}

const answersOf = ({ again, alone, candles, schedule, tape }: SlotSaid, n: number, revised: number) => {
  const slot = slotAt(n)
  const at = (k: number): Partial<Observation> => ({
    slot,
    observedAt: isoMicros((slot + 1 + k) * 1_000_000 + n)
  })
  const created = tape.map(({ i }) => createdOf(i) / 1_000_000)
  const since = Math.floor(Math.min(slot, ...created))
  // A request that names a market is answered with that market's trades.
  const named = tickerOf(n)
  const asked = "GET /series/{series_ticker}/markets/{ticker}/candlesticks"
  return [
    answer(10 * n, {
      ...tradesOf(tape.map((one) => tradeBody(one, n, revised))),
      ...at(0),
      request: `/markets/trades?limit=1000&min_ts=${since}`
    }),
    answer(10 * n + 1, {
      ...tradesOf(again.filter(({ i }) => tickerOf(i) === named).map((one) => tradeBody(one, n, revised))),
      ...at(1),
      feed: "backfill",
      request: `/markets/trades?limit=1000&ticker=${encodeURIComponent(named)}`
    }),
    ...[1, 60].map((minutes) =>
      answer(10 * n + minutes, {
        ...at(minutes === 1 ? 2 : 3),
        feed: "candlesticks",
        endpoint: minutes === 1 ? "GET /markets/candlesticks" : asked,
        request:
          minutes === 1
            ? `/markets/candlesticks?market_tickers=${tickers.map(encodeURIComponent).join(",")}&period_interval=1`
            : `/series/S/markets/${encodeURIComponent(named)}/candlesticks?period_interval=60&start_ts=${SLOT}&end_ts=${slotAt(SLOTS)}`,
        body: json(
          minutes === 1
            ? {
                markets: candles.map(({ i }) => ({
                  market_ticker: tickerOf(i),
                  candlesticks: [candleBody(i, n, revised)]
                }))
              }
            : { candlesticks: alone.map(({ i }) => candleBody(i, n, revised)) }
        )
      })
    ),
    answer(10 * n + 2, {
      ...at(4),
      feed: "exchange",
      endpoint: "GET /exchange/schedule",
      request: "/exchange/schedule",
      body: json(schedules[schedule]?.(n))
    })
  ]
}

const someTime = slotText(slotAt(1))

const SQLS = [
  "FROM trades ORDER BY ALL",
  "FROM candlesticks ORDER BY ALL",
  "FROM exchange_schedule",
  "SELECT count(*) FROM trades",
  "SELECT count(*), sum(volume) FROM candlesticks",
  "SELECT trade_id, count FROM trades WHERE ticker = 'KXA-T2' ORDER BY ALL",
  `SELECT trade_id FROM trades WHERE created_time >= TIMESTAMPTZ '${someTime}' ORDER BY ALL`,
  `SELECT trade_id, created_time FROM trades WHERE created_time <= TIMESTAMPTZ '${isoMicros(createdOf(4))}' ORDER BY ALL`,
  "SELECT trade_id FROM trades WHERE taker_side = 'yes' ORDER BY ALL",
  "SELECT created_time, count FROM trades WHERE trade_id IN ('trade-1', 'trade-7') ORDER BY ALL",
  "SELECT ticker, volume FROM candlesticks WHERE period_minutes = 60 ORDER BY ALL",
  `SELECT ticker, volume FROM candlesticks WHERE end_time = TIMESTAMPTZ '${someTime}' ORDER BY ALL`,
  "SELECT ticker, end_time FROM candlesticks WHERE volume > 2 ORDER BY ALL"
]

type Step = "nothing" | "flush" | "prune" | "archive"

/** Does after a slot what maintenance does. */
const maintain = (folder: string, step: Step, n: number) =>
  Effect.gen(function* () {
    if (step === "nothing") return
    if (step === "archive") {
      yield* archiveAll(folder, { pieces: 20 }, isoMicros(slotAt(n) * 1_000_000))
      return
    }
    yield* flush(folder)
    if (step !== "prune") return
    yield* compact(folder)
    yield* prune(folder, slotAt(n))
  })

describe("facts that were read again", () => {
  it.scoped("are as of a time what had been read by then", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(
          fc.array(slotSaid, { minLength: SLOTS, maxLength: SLOTS }),
          fc.array(fc.constantFrom<Step>("nothing", "flush", "prune", "archive"), {
            minLength: SLOTS,
            maxLength: SLOTS
          }),
          fc.record({
            until: fc.integer({ min: 1, max: ANSWERS_A_SLOT * SLOTS }),
            revised: fc.integer({ min: 1, max: SLOTS }),
            rebuilt: fc.boolean(),
            archived: fc.boolean(),
            one: fc.integer({ min: 0, max: SQLS.length - 1 })
          }),
          (said, steps, { archived, one, rebuilt, revised, until }) =>
            Effect.gen(function* () {
              // SQLite cannot keep the finer time of a row that has left it: see the decision about the lake.
              const slots = steps.includes("prune")
                ? said.map((slot) => ({
                    ...slot,
                    tape: slot.tape.map(({ i }) => ({ i, digits: 6 })),
                    again: slot.again.map(({ i }) => ({ i, digits: 6 }))
                  }))
                : said
              const told = slots.map((slot, n) => answersOf(slot, n, revised))
              const all = told.flat()
              const [folder, then] = [yield* scopedFolder, yield* scopedFolder]
              for (const [n, answers] of told.entries()) {
                yield* Effect.provide(tell(...answers), tablesIn(folder))
                yield* maintain(folder, steps[n] ?? "nothing", n)
              }
              if (archived) yield* archiveAll(folder, { pieces: 20 })
              if (rebuilt) yield* Effect.provide(rebuild, tablesIn(folder))
              yield* Effect.provide(tell(...all.slice(0, until)), tablesIn(then))
              const asOf = String(all[until - 1]?.observedAt)
              const asked = yield* analyticsOf({ dataDir: folder }).queryAll({ sqls: SQLS, asOf })
              const expected = yield* analyticsOf({ dataDir: then }).queryAll({ sqls: SQLS })
              assert.strictEqual(asked.source.lastSeq, until)
              for (const [at, sql] of SQLS.entries())
                assert.deepStrictEqual(asked.results[at], expected.results[at], sql)
              // A statement needs other rows when it is asked alone.
              const sql = String(SQLS[one])
              const alone = yield* analyticsOf({ dataDir: folder }).query({ sql, asOf })
              assert.deepStrictEqual(alone.rows, expected.results[one]?.rows, sql)
            }).pipe(Effect.scoped, Logger.withMinimumLogLevel(LogLevel.None), Effect.runPromise)
        ),
        { numRuns: 4, endOnFailure: true }
      )
    )
  )

  it.scoped("keep the finest of the times that had been sent", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const [fine, coarse] = ["2026-11-22T12:14:51.123456Z", "2026-11-22T12:14:51Z"]
      const told = [fine, coarse, fine].map((created_time, n) =>
        answer(n, {
          ...tradesOf([{ trade_id: "a", ticker: "KXA-T1", created_time, count_fp: `${n}.00` }]),
          observedAt: isoMicros((SLOT + n) * 1_000_000)
        })
      )
      yield* Effect.provide(tell(...told), tablesIn(folder))
      const { rows } = yield* analyticsOf({ dataDir: folder }).query({
        sql: "SELECT created_time, count FROM trades",
        asOf: String(told[1]?.observedAt)
      })
      assert.deepStrictEqual(rows, [[fine, 1]])
    })
  )

  it.scoped("are read from the archive after rows and pages have left SQLite", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const [first, last] = [SLOT, SLOT + 9 * 86_400]
      const trade = (trade_id: string, count_fp: string) => ({
        trade_id,
        ticker: "KXA-T1",
        created_time: slotText(first - 9),
        count_fp
      })
      const told = (
        page: number,
        slot: number,
        trades: ReadonlyArray<ReturnType<typeof trade>>,
        n: number
      ) => [
        answer(page, { ...tradesOf(trades), slot, observedAt: isoMicros((slot + 1) * 1_000_000) }),
        answer(page, {
          slot,
          observedAt: isoMicros((slot + 2) * 1_000_000),
          feed: "candlesticks",
          endpoint: "GET /markets/candlesticks",
          request: `/markets/candlesticks?market_tickers=KXA-T1&period_interval=60&start_ts=${first}&end_ts=${first}`,
          body: json({
            markets: [
              {
                market_ticker: "KXA-T1",
                candlesticks: [liveCandle({ end_period_ts: first, volume_fp: `${n}.00` })]
              }
            ]
          })
        }),
        answer(page, {
          slot,
          observedAt: isoMicros((slot + 3) * 1_000_000),
          feed: "exchange",
          endpoint: "GET /exchange/schedule",
          request: "/exchange/schedule",
          body: json(scheduleBody({ maintenance_windows: [n] }))
        })
      ]
      const rounds = [
        told(0, first, [trade("a", "1.00"), trade("b", "1.00")], 1),
        told(1, last, [trade("a", "2.00"), trade("b", "1.00"), trade("c", "1.00")], 2)
      ]
      for (const answers of rounds) {
        yield* Effect.provide(tell(...answers), tablesIn(folder))
        yield* flush(folder)
        yield* prune(folder, last - 86_400)
        yield* archiveAll(folder)
      }
      assert.deepStrictEqual(
        rowsOf(folder, "SELECT seq FROM trade_pages UNION SELECT seq FROM observations"),
        []
      )
      const sqls = [
        "SELECT trade_id, count FROM trades ORDER BY trade_id",
        "SELECT volume FROM candlesticks",
        "SELECT maintenance_windows FROM exchange_schedule"
      ]
      const at = (second: number) =>
        Effect.map(
          analyticsOf({ dataDir: folder }).queryAll({ sqls, asOf: isoMicros(second * 1_000_000) }),
          ({ results }) => results.map(({ rows }) => rows)
        )
      assert.deepStrictEqual(yield* at(first + 3), [
        [
          ["a", 1],
          ["b", 1]
        ],
        [[1]],
        [["[1]"]]
      ])
      assert.deepStrictEqual(yield* at(last + 1), [
        [
          ["a", 2],
          ["b", 1],
          ["c", 1]
        ],
        [[1]],
        [["[1]"]]
      ])
    })
  )
})
