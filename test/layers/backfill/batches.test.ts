/** Candles of many markets in one request: a market that is refused must not cost the others theirs. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { it } from "../../clock/noon.ts"
import { exchange, NOON } from "../../simulator/support.ts"
import { scopedFolder } from "../sqlite/support.ts"
import { attempt, type Gate, logged, past, spec } from "./support.ts"

const [HOUR, DAY] = [3_600_000, 86_400_000]
const AT = NOON / 1000
const FROM = AT - 6 * 3600

const CANDLES = "/markets/candlesticks"

/** The tickers in the request of a batch. */
const named = (path: string): ReadonlyArray<string> =>
  path.startsWith(CANDLES)
    ? (new URLSearchParams(path.slice(path.indexOf("?"))).get("market_tickers") ?? "").split(",")
    : []

/** Batches with a given ticker are answered with a status. */
const refusing =
  (status: number, ticker: string): Gate =>
  (_, path) =>
    named(path).includes(ticker) ? status : "pass"

/** An exchange, and markets that settled in the last hours. */
const world = Effect.gen(function* () {
  const x = yield* exchange({ markets: 60 })
  const tickers = x.universe
    .settledBetween(NOON - 5 * HOUR, NOON)
    .filter(({ combo }) => !combo)
    .map(({ ticker }) => ticker)
    .filter((ticker) => x.universe.candlesOf(ticker, FROM, AT, 60).length > 0)
    .slice(0, 24)
  assert.strictEqual(tickers.length, 24)
  const candles = (some: ReadonlyArray<string>) =>
    some
      .flatMap((ticker) =>
        x.universe.candlesOf(ticker, FROM, AT, 60).map(({ end_period_ts }) => `${ticker} ${end_period_ts}`)
      )
      .sort()
  return { x, tickers, candles, what: spec({ tickers, from: FROM, kinds: ["candlesticks"] }) }
})

const candlesIn = (folder: string) =>
  past(folder)
    .candles.map(({ end_time, ticker }) => `${ticker} ${Date.parse(String(end_time)) / 1000}`)
    .sort()

const batchesIn = (folder: string) => logged(folder).filter(({ request }) => request.startsWith(CANDLES))

describe("candles in batches", () => {
  it.scopedLive("take far fewer requests than one for each market, and record the same", () =>
    Effect.gen(function* () {
      const [{ candles, tickers, what, x }, folder] = [yield* world, yield* scopedFolder]
      const ended = yield* attempt(folder, x, what, { at: AT })
      assert.strictEqual(ended.status, "complete", ended.reason ?? "")
      assert.isAtMost(batchesIn(folder).length, tickers.length / 3)
      assert.deepStrictEqual(candlesIn(folder), candles(tickers))
    })
  )

  it.scopedLive("refused as too long because of one market's name record all other markets", () =>
    Effect.gen(function* () {
      const [{ candles, tickers, what, x }, folder] = [yield* world, yield* scopedFolder]
      const bad = tickers[7] ?? ""
      const ended = yield* attempt(folder, x, what, { at: AT, gate: refusing(431, bad) })
      assert.strictEqual(ended.status, "failed")
      assert.deepStrictEqual(candlesIn(folder), candles(tickers.filter((ticker) => ticker !== bad)))
    })
  )

  it.scopedLive("refused for one market record all other markets, and later that one", () =>
    Effect.gen(function* () {
      const [{ candles, tickers, what, x }, folder] = [yield* world, yield* scopedFolder]
      const bad = tickers[7] ?? ""
      const refused = yield* attempt(folder, x, what, { at: AT, gate: refusing(400, bad) })
      assert.strictEqual(refused.status, "failed")
      assert.match(
        refused.reason ?? "",
        new RegExp(`^the exchange answered 400 to .*market_tickers=${bad}[& ]`)
      )
      // The historical tier is not asked about that market before the live tier has answered.
      assert.strictEqual(refused.requestsDone, refused.requests - 2)
      const others = tickers.filter((ticker) => ticker !== bad)
      assert.deepStrictEqual(candlesIn(folder), candles(others))

      const before = batchesIn(folder).length
      const again = yield* attempt(folder, x, what, { at: AT + 1 })
      assert.strictEqual(again.status, "complete", again.reason ?? "")
      assert.deepStrictEqual(candlesIn(folder), candles(tickers))
      assert.strictEqual(batchesIn(folder).length, before + 1, "only what was refused")
    })
  )

  it.scopedLive(
    "of a market that has moved to the historical tier are requested there, although the live batch was refused",
    () =>
      Effect.gen(function* () {
        const [{ x }, folder] = [yield* world, yield* scopedFolder]
        const cutoff = x.universe.cutoffAt(NOON)
        const tickers = x.universe
          .settledBetween(cutoff - 6 * HOUR, cutoff + 6 * HOUR)
          .filter(({ combo }) => !combo)
          .map(({ ticker }) => ticker)
          .slice(0, 12)
        const gone = x.universe
          .settledBetween(cutoff - DAY, cutoff - HOUR)
          .map(({ ticker }) => ticker)
          .find((ticker) => tickers.includes(ticker))
        if (gone === undefined) return assert.fail("nothing in the historical tier")
        const from = cutoff / 1000 - 12 * 3600
        const what = spec({ tickers, from, kinds: ["candlesticks"] })
        const ended = yield* attempt(folder, x, what, { at: AT, gate: refusing(404, gone) })
        assert.strictEqual(ended.status, "complete", ended.reason ?? "")
        const candled = new Set(past(folder).candles.map(({ ticker }) => ticker))
        for (const ticker of tickers)
          assert.strictEqual(
            candled.has(ticker),
            x.universe.candlesOf(ticker, from, AT, 60).length > 0,
            ticker
          )
      })
  )

  it.scopedLive("are divided for one market although another batch met a server error", () =>
    Effect.gen(function* () {
      const [{ tickers, x }, folder] = [yield* world, yield* scopedFolder]
      // The first batch fails as a whole; in the next large batch a market is refused.
      let [asked, bad] = [0, ""]
      const gate: Gate = (_, path) => {
        const some = named(path)
        if (some.length > 1 && asked++ === 0) return 500
        if (bad === "" && some.length > 5) bad = some[2] ?? ""
        return some.includes(bad) ? 400 : "pass"
      }
      const what = spec({ tickers, from: AT - 86_400, period: 1, kinds: ["candlesticks"] })
      const ended = yield* attempt(folder, x, what, { at: AT, gate })
      assert.strictEqual(ended.status, "failed")
      const statuses = batchesIn(folder).map(({ status }) => status)
      assert.strictEqual(statuses.filter((status) => status === 500).length, 1)
      assert.isAbove(statuses.filter((status) => status === 400).length, 2)
      assert.isAbove(statuses.filter((status) => status === 200).length, 2)
    })
  )

  it.scopedLive("refused whatever their names are divided once, and not again", () =>
    Effect.gen(function* () {
      const [{ tickers, what, x }, folder] = [yield* world, yield* scopedFolder]
      const gate: Gate = (_, path) => (named(path).length > 0 ? 400 : "pass")
      const ended = yield* attempt(folder, x, { ...what, period: 1 }, { at: AT, gate })
      assert.strictEqual(ended.status, "failed")
      assert.isAbove(ended.requests, 4)
      // Four walks may begin before the first has ended.
      assert.isAtMost(batchesIn(folder).length, 2 * tickers.length + ended.requests)
    })
  )
})
