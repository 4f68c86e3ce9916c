import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { MarketJson, PastCandleJson } from "../../src/simulator/wire/wire.ts"
import {
  type EventsPage,
  exchange,
  get,
  json,
  type MarketsPage,
  NOON,
  tickers,
  walk,
  walkTape
} from "./support.ts"

const HOUR = 3_600_000
const DAY = 24 * HOUR

const sorted = (names: ReadonlyArray<string>) => [...names].sort()

const walkPast = (x: Parameters<typeof walk>[0], query: string) =>
  Effect.gen(function* () {
    const markets: Array<MarketJson> = []
    let cursor = ""
    do {
      const page = yield* json<MarketsPage>(x, `/historical/markets?${query}&cursor=${cursor}`)
      markets.push(...page.markets)
      cursor = page.cursor
    } while (cursor !== "")
    return markets
  })

describe("/events", () => {
  it.scopedLive("finds an event by name whose markets are all archived, without these markets", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const cutoff = x.universe.cutoffAt(NOON)
      const [old] = x.universe
        .settledBetween(cutoff - 3 * DAY, cutoff - 2 * DAY)
        .filter(({ combo }) => !combo)
      const name = old?.eventTicker ?? ""
      const { events } = yield* json<EventsPage>(
        x,
        `/events?tickers=${name},KXNONE-1&with_nested_markets=true`
      )
      assert.deepStrictEqual(
        events.map(({ event_ticker, markets }) => [event_ticker, markets]),
        [[name, []]]
      )
    })
  )
})

describe("/historical/markets", () => {
  it.scopedLive(
    "lists all markets settled before the tier boundary, newest settlement first, all finalized",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange()
        const walked = yield* walkPast(x, "limit=333")
        const truth = x.universe.settledBetween(x.universe.archiveFromAt(NOON), x.universe.cutoffAt(NOON))
        assert.isAbove(walked.length, 1000)
        assert.deepStrictEqual(tickers(walked), tickers(truth).reverse())
        assert.isTrue(walked.every((market) => market.status === "finalized"))
        assert.isTrue(walked.every((market) => market.settlement_ts !== undefined))
        const plain = yield* walkPast(x, "limit=1000&mve_filter=exclude")
        const combos = truth.filter((one) => one.combo).length
        assert.isAbove(combos, 0)
        assert.strictEqual(plain.length, walked.length - combos)
      })
  )

  it.scopedLive(
    "joins the live tier without a gap, and both have markets that settled minutes before the tier boundary",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange({ markets: 2000 })
        const live = yield* walk(x, "status=settled&limit=1000")
        const past = yield* walkPast(x, "limit=1000")
        const inLive = new Set(tickers(live))
        const both = past.filter((market) => inLive.has(market.ticker))
        const truth = x.universe.settledBetween(x.universe.archiveFromAt(NOON), NOON + 0.001)
        assert.deepStrictEqual(
          sorted([...new Set([...tickers(live), ...tickers(past)])]),
          sorted(tickers(truth))
        )
        assert.isAbove(both.length, 0)
        const cutoff = x.universe.cutoffAt(NOON)
        for (const market of both) {
          const settled = Date.parse(market.settlement_ts ?? "")
          assert.isTrue(settled < cutoff && settled > cutoff - 10 * 60_000)
          assert.deepStrictEqual(yield* json(x, `/markets/${market.ticker}`), { market })
        }
      })
  )

  it.scopedLive("finds by tickers, event or series, by one of them in a request", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const all = yield* walkPast(x, "limit=1000")
      const [first, some] = [all[0], all[all.length >> 1]]
      const names = [some?.ticker ?? "", first?.ticker ?? "", "KXNONE-1"]
      assert.deepStrictEqual(yield* walkPast(x, `tickers=${names.join(",")}`), [first, some])
      const event = some?.event_ticker ?? ""
      assert.deepStrictEqual(
        yield* walkPast(x, `event_ticker=${event}&limit=2`),
        all.filter((market) => market.event_ticker === event)
      )
      const series = event.slice(0, event.indexOf("-"))
      assert.deepStrictEqual(
        yield* walkPast(x, `series_ticker=${series}&limit=7`),
        all.filter((market) => market.event_ticker.startsWith(`${series}-`))
      )
      for (const query of [
        `tickers=A&event_ticker=${event}`,
        `event_ticker=${event}&series_ticker=${series}`,
        "mve_filter=only",
        "limit=1001"
      ]) {
        assert.strictEqual((yield* get(x, `/historical/markets?${query}`)).status, 400, query)
      }
    })
  )

  it.scopedLive("returns one market that has left the live tier, and its candles and trades", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 1000 })
      const cutoff = x.universe.cutoffAt(NOON)
      const settled = x.universe.settledBetween(cutoff - 2 * DAY, cutoff - 2 * DAY + 2 * HOUR)
      const window = `start_ts=${(cutoff - 4 * DAY) / 1000}&end_ts=${cutoff / 1000}&period_interval=60`
      let [traded, quiet] = [0, 0]
      for (const { ticker } of settled.slice(0, 30)) {
        const path = `/historical/markets/${ticker}`
        assert.strictEqual((yield* get(x, `/markets/${ticker}`)).status, 404)
        assert.deepStrictEqual(yield* json(x, path), { market: x.universe.archivedAt(ticker, NOON) })
        assert.deepStrictEqual(yield* json(x, `/markets/trades?ticker=${ticker}`), {
          cursor: "",
          trades: []
        })
        const { candlesticks } = yield* json<{ candlesticks: ReadonlyArray<PastCandleJson> }>(
          x,
          `${path}/candlesticks?${window}`
        )
        const truth = x.universe.candlesOf(ticker, cutoff / 1000 - 4 * 86_400, cutoff / 1000, 60)
        assert.deepStrictEqual(
          candlesticks.map((one) => [one.end_period_ts, one.volume, one.open_interest, one.yes_bid.close]),
          truth.map((one) => [
            one.end_period_ts,
            one.volume_fp,
            one.open_interest_fp,
            one.yes_bid.close_dollars
          ])
        )
        for (const [n, candle] of candlesticks.entries()) {
          assert.strictEqual(candle.price.close, truth[n]?.price.close_dollars ?? null)
          assert.strictEqual(candle.price.previous, truth[n]?.price.previous_dollars ?? null)
          if (candle.price.close === null) quiet++
          else traded++
        }
        const trades = yield* walkTape(x, "/historical/trades", `ticker=${ticker}&limit=50`)
        const last = trades[0]?.yes_price_dollars ?? "0.0000"
        assert.strictEqual(last, x.universe.archivedAt(ticker, NOON)?.last_price_dollars)
      }
      assert.isTrue(traded > 0 && quiet > 0)
      const [fresh] = x.universe.openAt(NOON)
      for (const ticker of [fresh?.ticker, "KXNONE-1"]) {
        const path = `/historical/markets/${ticker}`
        assert.strictEqual((yield* get(x, path)).status, 404)
        assert.strictEqual((yield* get(x, `${path}/candlesticks?${window}`)).status, 404)
      }
    })
  )
})
