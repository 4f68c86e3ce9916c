/** Backfills compared with the simulated universe: complete, exact, and the same after any interruption. */
import { assert, describe } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import type { LocalExchange } from "../../../src/simulator/http/server.ts"
import { it } from "../../clock/noon.ts"
import { exchange, faults, NOON, walk } from "../../simulator/support.ts"
import { rowsOf } from "../projector/support.ts"
import { scopedFolder } from "../sqlite/support.ts"
import { attempt, done, logged, only, past, spec } from "./support.ts"

const [SECOND, HOUR, DAY] = [1000, 3_600_000, 86_400_000]
const AT = NOON / 1000

const badRequests = (x: LocalExchange) =>
  Effect.map(x.requests, (seen) =>
    seen.filter(({ status }) => status === 400 || status === 414).map(({ path }) => path)
  )

const seriesOf = (ticker: string) => ticker.slice(0, ticker.indexOf("-"))
const tickersOf = (rows: ReadonlyArray<{ readonly ticker?: unknown }>) => rows.map(({ ticker }) => ticker)
const sorted = <A>(values: Iterable<A>) => [...values].sort()

/** Every market of a series in either tier, at a moment that stands still. */
const marketsOf = (x: LocalExchange, series: string) =>
  Effect.gen(function* () {
    const now = yield* x.now
    const live = yield* walk(x, `series_ticker=${series}&limit=1000`)
    const settled = x.universe
      .settledBetween(x.universe.archiveFromAt(now), now + 0.001)
      .filter(({ ticker }) => seriesOf(ticker) === series)
    return sorted(new Set([...tickersOf(live).map(String), ...settled.map(({ ticker }) => ticker)]))
  })

const tradesOf = (x: LocalExchange, tickers: ReadonlyArray<string>, toMs: number) => {
  const chosen = new Set(tickers)
  return x.universe.tradesBetween(toMs - 12 * DAY, toMs + 0.001).filter(({ ticker }) => chosen.has(ticker))
}

describe("a backfill of a series", () => {
  it.scopedLive(
    "records what both tiers have, each item once, and makes no request over a limit",
    () =>
      Effect.gen(function* () {
        // Many football markets of this seed trade, so both tiers have several pages of trades.
        const [x, folder] = [yield* exchange({ markets: 60, seed: 4 }), yield* scopedFolder]
        const ended = yield* attempt(folder, x, spec({ series: "KXNFLGAME" }), { at: AT, pageSize: 100 })
        assert.strictEqual(ended.status, "complete", ended.reason ?? "")
        assert.strictEqual(ended.requestsDone, ended.requests)
        assert.deepStrictEqual(yield* badRequests(x), [])

        const got = past(folder)
        const tickers = yield* marketsOf(x, "KXNFLGAME")
        assert.isAbove(tickers.length, 25)
        assert.deepStrictEqual(tickersOf(got.markets), tickers)
        const cutoff = x.universe.cutoffAt(NOON)
        const settled = x.universe
          .settledBetween(x.universe.archiveFromAt(NOON), NOON)
          .filter(({ ticker }) => tickers.includes(ticker))
        assert.isTrue(settled.some(({ settledAtMs }) => settledAtMs < cutoff))
        assert.isTrue(settled.some(({ settledAtMs }) => settledAtMs > cutoff))
        assert.deepStrictEqual(
          got.settlements.map(({ result, ticker, yes_payout }) => [ticker, result, yes_payout]),
          sorted(settled.map(({ ticker }) => ticker)).map((name) => {
            const one = settled.find(({ ticker }) => ticker === name)
            return [name, one?.result ?? "", Math.round(Number(one?.valueDollars) * 10_000) / 100]
          })
        )

        const trades = tradesOf(x, tickers, NOON)
        assert.isAbove(trades.length, 1500)
        assert.deepStrictEqual(
          got.trades.map(({ ticker, trade_id }) => `${trade_id} ${ticker}`),
          sorted(trades.map(({ ticker, trade_id }) => `${trade_id} ${ticker}`))
        )

        const candles = tickers.flatMap((ticker) =>
          x.universe
            .candlesOf(ticker, AT - 60 * 86_400, AT, 60)
            .map((candle) => `${ticker} ${new Date(candle.end_period_ts * 1000).toISOString().slice(0, 19)}Z`)
        )
        assert.deepStrictEqual(
          got.candles.map(({ end_time, ticker }) => `${ticker} ${String(end_time).slice(0, 19)}Z`),
          sorted(candles)
        )
      }),
    300_000
  )

  it.scopedLive("of more tickers than fit into one request makes several requests", () =>
    Effect.gen(function* () {
      const [x, folder] = [yield* exchange({ markets: 200 }), yield* scopedFolder]
      const { settledBetween } = x.universe
      const tickers = settledBetween(NOON - 4 * DAY, NOON - 2 * DAY)
        .slice(0, 230)
        .map(({ ticker }) => ticker)
      const ended = yield* attempt(folder, x, spec({ tickers, kinds: ["markets"] }), { at: AT })
      assert.strictEqual(ended.status, "complete", ended.reason ?? "")
      assert.deepStrictEqual(yield* badRequests(x), [])
      assert.deepStrictEqual(tickersOf(past(folder).markets), sorted(tickers))
    })
  )

  it.scopedLive(
    "of candles of a time range has those of all markets that lived then, whatever their status since",
    () =>
      Effect.gen(function* () {
        const [x, folder] = [yield* exchange({ markets: 40 }), yield* scopedFolder]
        const [from, to] = [(NOON - 3 * HOUR) / 1000, (NOON - HOUR) / 1000]
        const ended = yield* attempt(folder, x, spec({ from, to, kinds: ["candlesticks"] }), { at: AT })
        assert.strictEqual(ended.status, "complete", ended.reason ?? "")
        assert.deepStrictEqual(yield* badRequests(x), [])
        const { candlesOf, openAt, settledBetween } = x.universe
        const settled = settledBetween(from * 1000, NOON).filter(({ combo }) => !combo)
        const open = openAt(NOON).filter(({ combo, openUs }) => !combo && openUs < to * 1_000_000)
        // Closed, and not settled yet.
        const between = settledBetween(NOON, NOON + DAY).filter(({ combo }) => !combo)
        const lived = new Set(tickersOf([...settled, ...between, ...open]).map(String))
        const truth = [...lived].flatMap((ticker) =>
          candlesOf(ticker, from + 1, to, 60).map(({ end_period_ts }) => `${ticker} ${end_period_ts}`)
        )
        // A candle that ends at the beginning of the range is about the time before it.
        const got = past(folder)
          .candles.map(({ end_time, ticker }) => [ticker, Date.parse(String(end_time)) / 1000] as const)
          .filter(([, end]) => end > from)
          .map(([ticker, end]) => `${ticker} ${end}`)
        assert.isAbove(settled.filter(({ settledAtMs }) => settledAtMs > to * 1000).length, 5)
        assert.isAbove(open.length, 20)
        assert.deepStrictEqual(sorted(got), sorted(truth))
      })
  )

  it.scopedLive(
    "of tickers of the historical tier records their events, and so their series and category",
    () =>
      Effect.gen(function* () {
        const [x, folder] = [yield* exchange({ markets: 40 }), yield* scopedFolder]
        const cutoff = x.universe.cutoffAt(NOON)
        const tickers = x.universe
          .settledBetween(cutoff - 4 * DAY, cutoff - 3 * DAY)
          .filter(({ combo }) => !combo)
          .slice(0, 20)
          .map(({ ticker }) => ticker)
        const what = spec({ tickers, kinds: ["markets"] })
        const ended = yield* attempt(folder, x, what, { at: AT })
        assert.strictEqual(done(ended), `complete ${ended.requests}/${ended.requests}`)
        const { markets } = past(folder)
        assert.deepStrictEqual(tickersOf(markets), sorted(tickers))
        for (const { series_ticker, ticker } of markets)
          assert.strictEqual(series_ticker, seriesOf(String(ticker)))
        assert.isAbove(markets.filter(({ category }) => category !== null).length, 0)
        // A second backfill finds them in the tables.
        yield* attempt(folder, x, spec({ tickers: tickers.slice(0, 5), kinds: ["markets"] }), { at: AT + 9 })
        const events = logged(folder).filter(({ request }) => request.startsWith("/events"))
        assert.strictEqual(events.length, 1)
      })
  )
})

describe("a backfill that is interrupted", () => {
  it.scopedLive(
    "at every request in turn, by an interruption or a dead exchange, records each page once, and all in the end",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange({ markets: 60 })
        const busy = new Map<string, number>()
        for (const { ticker } of x.universe.tradesBetween(NOON - 6 * DAY, NOON))
          busy.set(ticker, (busy.get(ticker) ?? 0) + 1)
        const settled = x.universe
          .settledBetween(x.universe.archiveFromAt(NOON), NOON)
          .map(({ ticker }) => ticker)
          .filter((ticker) => (busy.get(ticker) ?? 0) > 60 && (busy.get(ticker) ?? 0) < 150)
        // One market is still open: the end of its candles must not depend on the attempt.
        const still = x.universe.openAt(NOON).filter(({ ticker }) => seriesOf(ticker) === "KXNFLGAME")
        const tickers = [
          ...settled.slice(0, 2),
          ...settled.slice(-2),
          ...still.map(({ ticker }) => ticker).slice(0, 1)
        ]
        assert.strictEqual(tickers.length, 5)
        const what = spec({ tickers, period: 1440 })
        const whole = yield* scopedFolder
        const undisturbed = yield* attempt(whole, x, what, { at: AT, pageSize: 40 })
        assert.strictEqual(undisturbed.status, "complete")
        const followed = logged(whole).filter(({ page }) => page > 0)
        assert.isAbove(followed.length, 5, "listings of several pages")

        const folder = yield* scopedFolder
        let ends: ReadonlyArray<string> = []
        for (let n = 0; n < 200 && ends.at(-1) !== "complete"; n++) {
          const down = n % 2 === 0
          const hung = yield* Deferred.make<void>()
          const working = yield* Effect.fork(
            attempt(folder, x, what, {
              at: AT + n,
              pageSize: 40,
              gate: only(2, down ? "down" : "never"),
              stopped: Effect.asVoid(Deferred.succeed(hung, undefined))
            })
          )
          yield* Effect.raceFirst(Deferred.await(hung), Effect.asVoid(Fiber.await(working)))
          yield* Fiber.interrupt(working)
          const jobs = rowsOf(folder, "SELECT status, requests, requests_done FROM backfills")
          assert.strictEqual(jobs.length, 1, "one job, taken up again")
          const status = String(jobs[0]?.status)
          if (status === "complete") assert.strictEqual(jobs[0]?.requests, jobs[0]?.requests_done)
          else assert.strictEqual(status, down ? "failed" : "waiting")
          ends = [...ends, status]
        }
        console.info(`${ends.length} attempts at ${logged(whole).length} pages`)
        assert.strictEqual(ends.at(-1), "complete")
        assert.isAbove(ends.length, logged(whole).length / 2)

        const pagesOf = (of: string) =>
          logged(of)
            .filter(({ request }) => request !== "/historical/cutoff")
            .map(({ cursor, page, request }) => `${request} ${page} ${cursor}`)
        assert.deepStrictEqual(
          sorted(pagesOf(folder)),
          sorted(pagesOf(whole)),
          "no page twice, none left out"
        )
        assert.strictEqual(new Set(pagesOf(folder)).size, pagesOf(folder).length)
        assert.deepStrictEqual(past(folder), past(whole))
      }),
    300_000
  )

  it.scopedLive(
    "after an answer that was no page requests that page again and never takes it for the last",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        const x = yield* exchange({ markets: 60 })
        const what = spec({ series: "KXBTC15M", kinds: ["markets"] })
        const broken = [
          "html404@/markets$:from=2",
          "html404@/historical/markets$:from=2",
          "400@/historical/cutoff"
        ]
        for (const [n, script] of broken.entries()) {
          yield* x.setFaults(yield* faults(script))
          const ended = yield* attempt(folder, x, what, { at: AT + n, pageSize: 50 })
          assert.strictEqual(ended.status, "failed", script)
        }
        yield* x.setFaults([])
        const ended = yield* attempt(folder, x, what, { at: AT + 9, pageSize: 50 })
        assert.strictEqual(done(ended), `complete ${ended.requests}/${ended.requests}`)
        assert.deepStrictEqual(tickersOf(past(folder).markets), yield* marketsOf(x, "KXBTC15M"))
      })
  )
})

describe("a backfill with a refused request", () => {
  it.scopedLive("records everything else in one attempt, and the refused part in the next", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const x = yield* exchange({ markets: 60, faults: yield* faults("400@/markets$:at=1") })
      const what = spec({ series: "KXNFLGAME", kinds: ["markets", "trades"] })
      const ended = yield* attempt(folder, x, what, { at: AT, pageSize: 1000 })
      assert.strictEqual(ended.status, "failed")
      yield* x.setFaults(yield* faults("400@/historical/trades:at=3"))
      const [refused, again] = [
        yield* attempt(folder, x, what, { at: AT + 1, pageSize: 1000 }),
        yield* attempt(folder, x, what, { at: AT + 2, pageSize: 1000 })
      ]
      assert.match(refused.reason ?? "", /^the exchange answered 400 to \/historical\/trades/)
      assert.strictEqual(refused.requestsDone, refused.requests - 1, "one listing of them all")
      assert.strictEqual(done(again), `complete ${again.requests}/${again.requests}`)
      assert.deepStrictEqual(tickersOf(past(folder).markets), yield* marketsOf(x, "KXNFLGAME"))
    })
  )

  it.scopedLive("begins a listing again whose cursor the exchange does not accept any more", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const x = yield* exchange({ markets: 60 })
      const what = spec({ series: "KXBTC15M", kinds: ["markets"] })
      const isLater = (path: string) => path.startsWith("/markets?") && path.includes("cursor=")
      const statuses: Array<string> = []
      for (const gate of [
        (_: number, path: string) => (isLater(path) ? 400 : "pass"),
        () => "pass" as const
      ] as const)
        statuses.push(
          (yield* attempt(folder, x, what, { at: AT + statuses.length, pageSize: 50, gate })).status
        )
      assert.deepStrictEqual(statuses, ["failed", "complete"])
      const pages = logged(folder).filter(({ request }) => /^\/markets\?.*series_ticker=/.test(request))
      assert.deepStrictEqual(
        pages.slice(0, 4).map(({ page, status }) => `${page} ${status}`),
        ["0 200", "1 400", "0 200", "1 200"]
      )
    })
  )

  it.scopedLive("fails with the names that neither tier knows", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const x = yield* exchange({ markets: 60 })
      const ended = yield* attempt(folder, x, spec({ tickers: ["NOPE"] }), { at: AT, pageSize: 1000 })
      assert.strictEqual(ended.status, "failed")
      assert.match(ended.reason ?? "", /knows no market by that name/)
    })
  )
})

describe("a backfill across midnight", () => {
  const MIDNIGHT = Date.UTC(2026, 10, 23)

  /** The exchange is just before midnight, and reaches midnight at the nth request of the walk. */
  const rollingAt = (x: LocalExchange, nth: number) => (n: number) =>
    n !== nth
      ? ("pass" as const)
      : Effect.repeat(Effect.delay(x.now, "20 millis"), { until: (now) => now > MIDNIGHT + SECOND }).pipe(
          Effect.asVoid
        )

  for (const nth of [4, 9]) {
    it.scopedLive(`at its request ${nth} loses no item that changes tiers`, () =>
      Effect.gen(function* () {
        // Time runs 20 times as fast: the requests before that one take less than these two seconds.
        const x = yield* exchange({ markets: 60, startsAt: MIDNIGHT - 40 * SECOND, speed: 20 })
        const folder = yield* scopedFolder
        const at = MIDNIGHT / 1000
        const [from, to] = [(MIDNIGHT - 38 * HOUR) / 1000, (MIDNIGHT - 35 * HOUR) / 1000]
        const tape = yield* attempt(folder, x, spec({ from, to, kinds: ["trades"] }), {
          at,
          pageSize: 150,
          gate: rollingAt(x, nth)
        })
        assert.strictEqual(tape.status, "complete", tape.reason ?? "")
        assert.isAbove(yield* x.now, MIDNIGHT)
        const trades = x.universe.tradesBetween(from * 1000, to * 1000 + 0.001)
        assert.isAbove(trades.length, 1000)
        assert.deepStrictEqual(
          past(folder).trades.map(({ trade_id }) => trade_id),
          sorted(trades.map(({ trade_id }) => trade_id))
        )
      })
    )
  }

  it.scopedLive("loses no market of a series, whatever page it is on", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 60, startsAt: MIDNIGHT - 40 * SECOND, speed: 20 })
      const folder = yield* scopedFolder
      // The first two requests are for the tier boundary and for the events of the series.
      const ended = yield* attempt(folder, x, spec({ series: "KXBTC15M", kinds: ["markets"] }), {
        at: MIDNIGHT / 1000,
        pageSize: 30,
        gate: rollingAt(x, 5)
      })
      assert.strictEqual(ended.status, "complete", ended.reason ?? "")
      const now = yield* x.now
      assert.isAbove(now, MIDNIGHT)
      const settled = x.universe
        .settledBetween(x.universe.archiveFromAt(now), MIDNIGHT - 40 * SECOND)
        .filter(({ ticker }) => seriesOf(ticker) === "KXBTC15M")
      const got = new Set(tickersOf(past(folder).markets))
      assert.isAbove(settled.length, 400)
      assert.deepStrictEqual(
        settled.filter(({ ticker }) => !got.has(ticker)),
        []
      )
    })
  )

  it.scopedLive("loses no candle of a market that changes tiers between two batches", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 60, startsAt: MIDNIGHT - 40 * SECOND, speed: 20 })
      const folder = yield* scopedFolder
      const from = (MIDNIGHT - 50 * HOUR) / 1000
      // These settled in the day that leaves the live tier at midnight.
      const tickers = x.universe
        .settledBetween(MIDNIGHT - 46 * HOUR, MIDNIGHT - 26 * HOUR)
        .filter(({ combo }) => !combo)
        .slice(0, 40)
        .map(({ ticker }) => ticker)
      const ended = yield* attempt(folder, x, spec({ tickers, from, kinds: ["candlesticks"] }), {
        at: MIDNIGHT / 1000,
        gate: rollingAt(x, 5)
      })
      assert.strictEqual(ended.status, "complete", ended.reason ?? "")
      assert.isAbove(yield* x.now, MIDNIGHT)
      const truth = tickers.flatMap((ticker) =>
        x.universe
          .candlesOf(ticker, from, MIDNIGHT / 1000, 60)
          .map(({ end_period_ts }) => `${ticker} ${end_period_ts}`)
      )
      const got = past(folder).candles.map(
        ({ end_time, ticker }) => `${ticker} ${Date.parse(String(end_time)) / 1000}`
      )
      assert.isAbove(truth.length, 40)
      assert.deepStrictEqual(sorted(got), sorted(truth))
    })
  )
})
