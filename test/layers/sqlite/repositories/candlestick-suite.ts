/** The contract of every CandlestickRepository. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import type { Period } from "../../../../src/domain/units/period.ts"
import { slotSeconds } from "../../../../src/domain/units/time.ts"
import {
  type CandlestickRecord,
  CandlestickRepository
} from "../../../../src/services/CandlestickRepository.ts"
import { observe } from "../../../domain/read/observe.ts"
import type { Body } from "../../../domain/read/wire/bodies.ts"
import { liveCandle } from "../../../domain/read/wire/other-bodies.ts"
import { type Adapter, at, collect, pageSizes, utcTime } from "./support.ts"

/** One walk: the candles of a period, by market. */
const walkOf = (period: Period, page: number, candles: Readonly<Record<string, ReadonlyArray<Body>>>) =>
  observe(
    {
      markets: Object.entries(candles).map(([market_ticker, candlesticks]) => ({
        market_ticker,
        candlesticks
      }))
    },
    {
      feed: "candlesticks",
      endpoint: "GET /markets/candlesticks",
      request: `/markets/candlesticks?period_interval=${period}`,
      page
    }
  )

const ending = (hour: string, but: Body = {}) =>
  liveCandle({ end_period_ts: slotSeconds(`2026-11-22T${hour}:00Z`), ...but })

const hours = ({ endTime }: CandlestickRecord) => endTime.iso.slice(11, 16)

const tape = [
  walkOf(60, 0, {
    z: [ending("10:00"), ending("11:00", { volume_fp: "1.00" })],
    a: [ending("09:00"), ending("12:00")]
  }),
  walkOf(60, 1, { z: [ending("11:00", { volume_fp: "2.50" }), ending("12:00"), ending("13:00")] }),
  walkOf(1, 2, { z: [ending("10:00"), ending("10:01"), ending("11:30")] })
]

const DAY = { from: at("2026-11-22T00:00:00Z"), to: at("2026-11-23T00:00:00Z") }

export const candlestickSuite = (name: string, adapter: Adapter<CandlestickRepository>) =>
  describe(`CandlestickRepository of ${name}`, () => {
    const over = (observations: Parameters<typeof adapter>[0]) => Effect.provide(adapter(observations))

    it.effect("returns a candle exact below a cent and below a contract", () =>
      Effect.gen(function* () {
        const expected: CandlestickRecord = {
          ticker: "K",
          periodMinutes: 60,
          endTime: utcTime("2026-11-22T12:00:00.000000Z"),
          yesBidOpen: 1.1,
          yesBidLow: 1.2,
          yesBidHigh: 1.3,
          yesBidClose: 1.4001,
          yesAskOpen: 21,
          yesAskLow: 22,
          yesAskHigh: 23,
          yesAskClose: 24,
          priceOpen: 31,
          priceLow: 32,
          priceHigh: 33,
          priceClose: 34,
          priceMean: 35.48,
          pricePrevious: 36,
          volume: 7.25,
          openInterest: 8000.5
        }
        const repository = yield* CandlestickRepository
        assert.deepStrictEqual(yield* collect(repository.between("K", 60, DAY)), [expected])
      }).pipe(over([walkOf(60, 0, { K: [liveCandle()] })]))
    )

    it.effect("returns null if nothing was traded, and 0 if a side is empty", () =>
      Effect.gen(function* () {
        const repository = yield* CandlestickRepository
        const [quiet = assert.fail("no candle")] = yield* collect(repository.between("K", 60, DAY))
        assert.deepStrictEqual(
          [quiet.priceClose, quiet.pricePrevious, quiet.yesBidClose, quiet.yesBidOpen, quiet.volume],
          [null, 0.1, 0, null, 0]
        )
      }).pipe(
        over([
          walkOf(60, 0, {
            K: [
              liveCandle({
                price: { previous_dollars: "0.0010" },
                yes_bid: { close_dollars: "0.0000" },
                volume_fp: "0.00"
              })
            ]
          })
        ])
      )
    )

    it.effect("lists the candles of a market and a period that end from a time up to another", () =>
      Effect.gen(function* () {
        const repository = yield* CandlestickRepository
        const between = (from: string, to: string, ticker = "z", period: Period = 60) =>
          Effect.map(
            collect(
              repository.between(ticker, period, {
                from: at(`2026-11-22T${from}Z`),
                to: at(`2026-11-22T${to}Z`)
              })
            ),
            (candles) => candles.map(hours)
          )
        assert.deepStrictEqual(yield* between("10:00:00", "13:00:00"), ["10:00", "11:00", "12:00"])
        assert.deepStrictEqual(yield* between("10:00:00.001", "13:00:00.001"), ["11:00", "12:00", "13:00"])
        assert.deepStrictEqual(yield* between("00:00:00", "23:00:00", "a"), ["09:00", "12:00"])
        assert.deepStrictEqual(yield* between("00:00:00", "23:00:00", "z", 1), ["10:00", "10:01", "11:30"])
        assert.deepStrictEqual(yield* between("00:00:00", "23:00:00", "z", 1440), [])
        assert.deepStrictEqual(yield* between("13:00:00", "10:00:00"), [])
        assert.deepStrictEqual(yield* between("00:00:00", "23:00:00", "unknown"), [])
      }).pipe(over(tape))
    )

    it.effect("returns the last version of a candle that was requested again", () =>
      Effect.gen(function* () {
        const repository = yield* CandlestickRepository
        const found = yield* repository.latest("z", 60, at("2026-11-22T11:30:00Z"))
        assert.deepStrictEqual(
          Option.map(found, ({ volume }) => volume),
          Option.some(2.5)
        )
      }).pipe(over(tape))
    )

    it.effect("finds the newest candle that had ended at a moment", () =>
      Effect.gen(function* () {
        const repository = yield* CandlestickRepository
        const latest = (ticker: string, moment: string, period: Period = 60) =>
          Effect.map(
            repository.latest(ticker, period, moment.length === 27 ? utcTime(moment) : at(moment)),
            Option.match({ onNone: () => "nothing", onSome: hours })
          )
        assert.strictEqual(yield* latest("z", "2026-11-22T10:59:59.999999Z"), "10:00")
        assert.strictEqual(yield* latest("z", "2026-11-22T11:00:00Z"), "11:00")
        assert.strictEqual(yield* latest("a", "2026-11-22T11:00:00Z"), "09:00")
        assert.strictEqual(yield* latest("a", "2026-11-22T08:59:59Z"), "nothing")
        assert.strictEqual(yield* latest("z", "+100000-01-01T00:00:00Z"), "13:00")
        assert.strictEqual(yield* latest("z", "2026-11-22T11:00:00Z", 1), "10:01")
        assert.strictEqual(yield* latest("a", "2026-11-22T11:00:00Z", 1), "nothing")
      }).pipe(over(tape))
    )

    it.effect("returns the same rows whatever the page size", () =>
      Effect.gen(function* () {
        const repository = yield* CandlestickRepository
        const whole = yield* collect(repository.between("z", 60, DAY))
        assert.strictEqual(whole.length, 4)
        for (const pageRows of pageSizes(whole.length)) {
          const paged = yield* collect(repository.between("z", 60, DAY, { pageRows }))
          assert.deepStrictEqual(paged, whole, `by ${pageRows}`)
        }
      }).pipe(over(tape))
    )

    it.effect("finds nothing in an empty database", () =>
      Effect.gen(function* () {
        const repository = yield* CandlestickRepository
        assert.deepStrictEqual(yield* collect(repository.between("z", 60, DAY)), [])
        assert.deepStrictEqual(yield* repository.latest("z", 60, DAY.to), Option.none())
      }).pipe(over([]))
    )
  })
