import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { lastMove, movedAt } from "../../src/simulator/universe/moves.ts"
import { dollars } from "../../src/simulator/universe/ticks.ts"
import { tradesWithin, volumeAt } from "../../src/simulator/universe/trades.ts"
import { makeUniverse } from "../../src/simulator/universe/universe.ts"
import type { TradeJson } from "../../src/simulator/wire/wire.ts"
import { exchange, get, json, NOON, type TradesPage, tickers, walkTape } from "./support.ts"

const HOUR = 3_600_000
const SECONDS = NOON / 1000
const TAPE = "/markets/trades"

/** Microseconds, which a Date cannot represent. */
const moment = (trade: TradeJson) => {
  const [whole = "", fraction = ""] = trade.created_time.slice(0, -1).split(".")
  return Date.parse(`${whole}Z`) * 1000 + Number(fraction.padEnd(6, "0"))
}

const hundredths = (count: string) => Math.round(Number(count) * 100)

const ids = (trades: ReadonlyArray<TradeJson>) => trades.map((trade) => trade.trade_id)

describe("the trades", () => {
  const universe = makeUniverse(7, 1000)
  const day = universe.tradesBetween(NOON - 3 * HOUR, NOON)

  it("have unique ids, prices that add up to a dollar, and the fields of the exchange's trades", () => {
    assert.isAbove(day.length, 1000)
    assert.strictEqual(new Set(ids(day)).size, day.length)
    for (const trade of day) {
      assert.match(trade.trade_id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      assert.strictEqual(Number(trade.yes_price_dollars) * 1e4 + Number(trade.no_price_dollars) * 1e4, 10_000)
      assert.isTrue(Number(trade.yes_price_dollars) > 0 && Number(trade.no_price_dollars) > 0)
      assert.isAbove(Number(trade.count_fp), 0)
      assert.match(trade.count_fp, /^\d+\.\d\d$/)
      assert.strictEqual(trade.taker_book_side, trade.taker_outcome_side === "yes" ? "bid" : "ask")
      assert.strictEqual(trade.taker_side, trade.taker_outcome_side)
    }
    const fractional = day.filter((trade) => !trade.count_fp.endsWith(".00")).length
    assert.isTrue(fractional > day.length / 3 && fractional < day.length)
    const together = day.filter((trade, n) => n > 0 && day[n - 1]?.created_time === trade.created_time)
    assert.isAbove(together.length, 0)
    assert.isTrue(day.some((trade) => trade.is_block_trade))
  })

  it("are the same whether a range is requested as a whole or in parts", () => {
    const parts = [0, 1, 2, 3].flatMap((n) =>
      universe.tradesBetween(NOON - (180 - 45 * n) * 60_000, NOON - (135 - 45 * n) * 60_000)
    )
    assert.deepStrictEqual(parts, [...day])
  })

  it("add up to the market's volume at each move of its quote, and end at its last price", () => {
    const stories = universe.openAt(NOON - 6 * HOUR).filter((_, n) => n % 7 === 0)
    let checked = 0
    for (const story of stories) {
      const moves = lastMove(story)
      const moments = [1, moves >> 1, moves - 1, moves].filter((move) => move > 0 && move <= moves)
      for (const at of [...moments.map((move) => movedAt(story, move)), story.closeUs - 1]) {
        const trades = tradesWithin(story, 0, at)
        const shown = universe.marketAt(story.ticker, at / 1000)
        const traded = trades.reduce((total, trade) => total + trade.count, 0)
        assert.strictEqual(traded, hundredths(shown?.volume_fp ?? ""), `${story.ticker} ${at}`)
        assert.strictEqual(volumeAt(story, at), traded)
        assert.strictEqual(dollars(trades.at(-1)?.yesPrice ?? 0), shown?.last_price_dollars, story.ticker)
        if (traded > 0) checked++
      }
    }
    assert.isAbove(checked, 100)
  })

  it("number some ten thousand an hour at 20,000 markets", () => {
    const hour = makeUniverse(3, 20_000).tradesBetween(NOON - HOUR, NOON)
    assert.isAbove(hour.length, 10_000)
    assert.isBelow(hour.length, 60_000)
  })
})

describe("/markets/trades", () => {
  it.scopedLive("lists exactly the trades that were made, newest first", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const walked = yield* walkTape(x, TAPE, `limit=77&min_ts=${SECONDS - 7200}`)
      const truth = x.universe.tradesBetween(NOON - 2 * HOUR, NOON + 0.001)
      assert.isAbove(walked.length, 300)
      assert.deepStrictEqual(walked, [...truth].reverse())
      const page = yield* json<TradesPage>(x, TAPE)
      assert.deepStrictEqual(ids(page.trades), ids(walked.slice(0, 100)))
      const between = yield* walkTape(x, TAPE, `limit=1000&min_ts=${SECONDS - 5400}&max_ts=${SECONDS - 3600}`)
      assert.deepStrictEqual(
        ids(between),
        ids(
          walked.filter(
            (trade) => moment(trade) >= (SECONDS - 5400) * 1e6 && moment(trade) <= (SECONDS - 3600) * 1e6
          )
        )
      )
    })
  )

  it.scopedLive("returns each trade that existed at the start once, while new ones arrive at the head", () =>
    Effect.gen(function* () {
      // A second passes in every millisecond.
      const x = yield* exchange({ markets: 800, speed: 1000 })
      const begun = yield* x.now
      const from = Math.floor(begun / 1000) - 3 * 3600
      const walked = yield* walkTape(x, TAPE, `limit=150&min_ts=${from}`, Effect.sleep("3 millis"))
      const ended = yield* x.now
      assert.strictEqual(new Set(ids(walked)).size, walked.length)
      const seen = new Set(ids(walked))
      const atStart = x.universe.tradesBetween(from * 1000, begun)
      assert.isAbove(atStart.length, 1000)
      assert.deepStrictEqual(
        atStart.filter((trade) => !seen.has(trade.trade_id)),
        []
      )
      const head = x.universe.tradesBetween(begun, ended)
      assert.isAbove(head.length, 0)
      assert.isTrue(head.some((trade) => !seen.has(trade.trade_id)))
      const times = walked.map(moment)
      assert.isTrue(times.every((time, n) => n === 0 || time <= (times[n - 1] ?? 0)))
    })
  )

  it.scopedLive("filters by ticker and by block trades", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const window = `limit=1000&min_ts=${SECONDS - 3 * 3600}`
      const truth = x.universe.tradesBetween(NOON - 3 * HOUR, NOON + 0.001)
      const names = tickers(truth)
      for (const ticker of [names.at(-1), names[0], names[names.length >> 1]]) {
        const own = yield* walkTape(x, TAPE, `${window}&ticker=${ticker}&limit=13`)
        assert.deepStrictEqual(own, truth.filter((trade) => trade.ticker === ticker).reverse())
      }
      const blocks = yield* walkTape(x, TAPE, `${window}&is_block_trade=true`)
      assert.deepStrictEqual(blocks, truth.filter((trade) => trade.is_block_trade).reverse())
      assert.isAbove(blocks.length, 0)
      const none = yield* get(x, `${TAPE}?ticker=KXNONE-1`)
      assert.strictEqual(none.text, '{"cursor":"","trades":[]}')
      for (const query of ["limit=1001", "limit=0", "cursor=x", "min_ts=now", "is_block_trade=maybe"]) {
        assert.strictEqual((yield* get(x, `${TAPE}?${query}`)).status, 400, query)
      }
    })
  )

  it.scopedLive(
    "joins the archive's tape at the tier boundary without a gap, and both have the trades of some minutes",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange({ markets: 1000 })
        const cutoff = x.universe.cutoffAt(NOON) / 1000
        const window = `limit=1000&min_ts=${cutoff - 3600}&max_ts=${cutoff + 3600}`
        const live = yield* walkTape(x, TAPE, window)
        const past = yield* walkTape(x, "/historical/trades", window)
        const truth = x.universe.tradesBetween((cutoff - 3600) * 1000, (cutoff + 3600) * 1000)
        const inPast = new Set(ids(past))
        const twice = live.filter((trade) => inPast.has(trade.trade_id))
        const once = [...live.filter((trade) => !inPast.has(trade.trade_id)), ...past]
        assert.deepStrictEqual(ids(once), ids([...truth].reverse()))
        assert.isAbove(twice.length, 0)
        for (const trade of twice) {
          assert.isBelow(moment(trade), cutoff * 1e6)
          assert.isAtLeast(moment(trade), (cutoff - 600) * 1e6)
        }
      })
  )
})
