import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import {
  type BackfillSpec,
  type Cutoff,
  candleRequests,
  type Life,
  marketRequests,
  tradeRequests
} from "../../src/domain/backfill.ts"
import { canonicalRequest, type FeedRequest } from "../../src/domain/feed.ts"
import { slotSeconds } from "../../src/domain/time.ts"

const [HOUR, DAY] = [3600, 86_400]
const NOW = slotSeconds("2026-11-22T12:00:00Z")
const CUTOFF = slotSeconds("2026-09-23T00:00:00Z")
const cutoff: Cutoff = { marketsSettled: CUTOFF, tradesCreated: CUTOFF }

const spec = (but: Partial<BackfillSpec> = {}): BackfillSpec => ({
  series: null,
  event: null,
  tickers: [],
  from: null,
  to: null,
  kinds: ["markets", "trades", "candlesticks"],
  period: 60,
  ...but
})

const life = (but: Partial<Life> = {}): Life => ({
  ticker: "KXA-1",
  opened: CUTOFF - DAY,
  closes: CUTOFF,
  settled: CUTOFF + HOUR,
  ...but
})

const isArchive = ({ path }: FeedRequest) => path.startsWith("/historical/")

describe("what a backfill asks", () => {
  it("asks the live tier first, and the archive after it, in one chain", () => {
    const chosen = spec({ series: "KXA" })
    const chains = [
      ...marketRequests(chosen, cutoff),
      ...tradeRequests(chosen, [life()], cutoff),
      ...candleRequests(chosen, [life()], cutoff, NOW)
    ]
    const tiers = chains.map((chain) => chain.map(isArchive))
    assert.deepStrictEqual(tiers, [[false], [false, true], [false, true], [false, true]])
  })

  it("names at most a hundred tickers in a request, and each once", () => {
    const tickers = Array.from({ length: 230 }, (_, n) => `KXA-${n}`)
    const named = marketRequests(spec({ tickers }), cutoff).map(([live]) =>
      String(live?.query.tickers).split(",")
    )
    assert.deepStrictEqual(
      named.map(({ length }) => length),
      [100, 100, 30]
    )
    assert.deepStrictEqual(named.flat(), tickers)
  })

  it("asks both tiers within two days of the cutoff, and one of them farther off", () => {
    const tiersOf = (settled: number | null, closes: number) =>
      candleRequests(spec(), [life({ settled, closes })], cutoff, NOW)
        .flat()
        .map((request) => (isArchive(request) ? "archive" : "live"))
    assert.deepStrictEqual(tiersOf(CUTOFF + DAY, CUTOFF), ["live", "archive"])
    assert.deepStrictEqual(tiersOf(CUTOFF - DAY, CUTOFF - HOUR), ["live", "archive"])
    assert.deepStrictEqual(tiersOf(CUTOFF + 3 * DAY, CUTOFF), ["live"])
    assert.deepStrictEqual(tiersOf(CUTOFF - 3 * DAY, CUTOFF - HOUR), ["archive"])
    assert.deepStrictEqual(tiersOf(null, CUTOFF + 3 * DAY), ["live"], "what has not closed is not archived")
    assert.deepStrictEqual(tiersOf(null, CUTOFF), ["live", "archive"], "settled, nobody says when")
  })

  it("reaches the end of New York's longest day", () => {
    // 2026-11-01 has 25 hours there; closed half an hour after it began, the last candle ends with it.
    const closes = slotSeconds("2026-11-01T04:30:00Z")
    const chains = candleRequests(
      spec({ period: 1440 }),
      [life({ opened: closes - DAY, closes, settled: null })],
      cutoff,
      NOW
    )
    const end = Math.max(...chains.flat().map(({ query }) => Number(query.end_ts)))
    assert.isAtLeast(end, slotSeconds("2026-11-02T05:00:00Z"))
  })

  const moments = fc.integer({ min: 0, max: 400 }).map((days) => NOW - days * DAY)

  it.prop(
    "covers a market's life in slices that the exchange takes, without a hole",
    [moments, moments, fc.constantFrom(1 as const, 60 as const, 1440 as const)],
    ([a, b, period]) => {
      const [opened, closes] = [Math.min(a, b), Math.max(a, b)]
      const requests = candleRequests(
        spec({ period }),
        [life({ opened, closes, settled: null })],
        cutoff,
        NOW
      ).flat()
      const spans = requests.map(({ query }) => [Number(query.start_ts), Number(query.end_ts)] as const)
      let reached = opened
      for (const [from, to] of spans) {
        assert.isAtMost(from, reached)
        assert.isAtMost((to - from) / (period * 60), 10_000)
        reached = to
      }
      assert.isAtLeast(reached, Math.min(closes, NOW))
    }
  )

  it("asks the same whenever it is asked again", () => {
    const asked = () =>
      [
        ...marketRequests(spec({ event: "KXA-E" }), cutoff),
        ...tradeRequests(spec({ event: "KXA-E" }), [life()], cutoff)
      ]
        .flat()
        .map(canonicalRequest)
    assert.deepStrictEqual(asked(), asked())
    assert.strictEqual(new Set(asked()).size, asked().length)
  })
})
