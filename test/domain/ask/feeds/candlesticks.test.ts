import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import type { FeedContext } from "../../../../src/domain/ask/feed.ts"
import { candlesticks, candlesticksOf } from "../../../../src/domain/ask/feeds/candlesticks.ts"
import { canonicalRequest, type FeedRequest } from "../../../../src/domain/ask/request.ts"
import { newYorkMidnight } from "../../../../src/domain/units/new-york.ts"
import { type Period, periods } from "../../../../src/domain/units/period.ts"
import { slotSeconds } from "../../../../src/domain/units/time.ts"
import { SLOT } from "../../read/observe.ts"

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const context = (but: Partial<FeedContext> = {}): FeedContext => ({
  slot: SLOT,
  begun: SLOT,
  watermark: undefined,
  since: undefined,
  tickers: ["A", "B"],
  ...but
})

interface Asked {
  readonly tickers: ReadonlyArray<string>
  readonly start: number
  readonly end: number
  readonly period: Period
}

const asked = ({ query }: FeedRequest): Asked => ({
  tickers: String(query.market_tickers).split(","),
  start: Number(query.start_ts),
  end: Number(query.end_ts),
  period: Number(query.period_interval) as Period
})

const range = (requests: ReadonlyArray<FeedRequest>) => {
  const [one = assert.fail("nothing asked"), ...others] = requests.map(asked)
  assert.strictEqual(others.length, 0)
  return [one.start, one.end]
}

/** The ends of periods in a range, including both of its ends. */
const endsIn = ({ end, period, start }: Asked): ReadonlyArray<number> => {
  const ends: Array<number> = []
  if (period < 1440) {
    const step = period * 60
    for (let at = Math.ceil(start / step) * step; at <= end; at += step) ends.push(at)
    return ends
  }
  for (let at = newYorkMidnight(end); at >= start; at = newYorkMidnight(at - 1)) ends.push(at)
  return ends
}

describe("candles are asked for", () => {
  it("by the hour, from one day ago to the last full hour", () => {
    const noon = slotSeconds("2026-11-22T12:00:00Z")
    assert.deepStrictEqual(range(candlesticks.requests(context())), [noon - DAY, noon])
  })

  it("from the time that the user gives on a first walk, and from the watermark afterwards", () => {
    const since = slotSeconds("2026-11-20T07:59:59Z")
    const noon = slotSeconds("2026-11-22T12:00:00Z")
    assert.strictEqual(
      range(candlesticks.requests(context({ since })))[0],
      slotSeconds("2026-11-20T07:00:00Z")
    )
    const watermark = SLOT - 3 * HOUR
    assert.deepStrictEqual(range(candlesticks.requests(context({ since, watermark }))), [
      noon - 3 * HOUR,
      noon
    ])
  })

  it("again for the last recorded candle, even if no period has ended since", () => {
    const noon = slotSeconds("2026-11-22T12:00:00Z")
    assert.deepStrictEqual(range(candlesticks.requests(context({ watermark: SLOT - MINUTE }))), [noon, noon])
  })

  it("by days that end at midnight in New York", () => {
    const watermark = slotSeconds("2026-11-01T04:30:00Z")
    assert.deepStrictEqual(range(candlesticksOf(1440).requests(context({ watermark }))), [
      slotSeconds("2026-11-01T04:00:00Z"),
      slotSeconds("2026-11-22T05:00:00Z")
    ])
  })

  it("in one spelling, with commas between tickers", () => {
    const [request = assert.fail("nothing asked")] = candlesticks.requests(context())
    assert.strictEqual(
      canonicalRequest(request),
      "/markets/candlesticks?end_ts=1795348800&market_tickers=A%2CB&period_interval=60&start_ts=1795262400"
    )
  })

  it("by no request if no market has traded, or if the user's start is in the future", () => {
    assert.deepStrictEqual(candlesticks.requests(context({ tickers: [] })), [])
    assert.deepStrictEqual(candlesticks.requests(context({ since: SLOT + DAY })), [])
  })

  it("in each period on request, each as a feed with its own watermark", () => {
    const feeds = periods.map(candlesticksOf)
    assert.deepStrictEqual(
      feeds.map(({ name }) => name),
      ["candlesticks-1", "candlesticks", "candlesticks-1440"]
    )
    assert.deepStrictEqual(
      feeds.flatMap((feed) => feed.requests(context()).map((request) => asked(request).period)),
      [...periods]
    )
  })

  const period = fc.constantFrom<Period>(1, 60, 1440)
  const gap = fc.oneof(
    fc.integer({ min: 0, max: 3 * DAY }),
    fc.integer({ min: 0, max: 400 * DAY }).filter((seconds) => seconds > 30 * DAY)
  )

  it.prop(
    "at most a hundred tickers and ten thousand candles in a request, and each candle at least once",
    [fc.integer({ min: 1, max: 250 }), period, gap, fc.integer({ min: 0, max: 400 * DAY })],
    ([count, period, gap, earlier]) => {
      const slot = SLOT - earlier
      const since = slot - (period === 1 ? Math.floor(gap / 10) : gap)
      const tickers = Array.from({ length: count }, (_, n) => `KX-${n}`)
      const requests = candlesticksOf(period).requests(context({ slot, since, tickers })).map(asked)
      for (const request of requests) {
        assert.isAtMost(request.tickers.length, 100)
        assert.isAtMost(request.tickers.length * endsIn(request).length, 10_000)
        const counted = Math.floor((request.end - request.start) / (period * 60)) + 1
        assert.isAtMost(request.tickers.length * counted, 10_000)
        assert.isAtMost(request.end, slot)
        assert.isAtMost(request.start, request.end)
      }
      const last = requests.at(-1)?.end ?? assert.fail("nothing asked")
      assert.isAbove(last, slot - period * 60 - (period === 1440 ? HOUR : 0))
      const wanted = endsIn({ tickers, period, start: since, end: slot })
      const batches = new Set(requests.map(({ tickers }) => tickers.join()))
      assert.strictEqual([...batches].flatMap((batch) => batch.split(",")).length, count)
      for (const batch of batches) {
        const got = new Set(requests.filter(({ tickers }) => tickers.join() === batch).flatMap(endsIn))
        assert.deepStrictEqual(
          wanted.filter((end) => !got.has(end)),
          []
        )
      }
    },
    { fastCheck: { numRuns: 60 } }
  )
})
