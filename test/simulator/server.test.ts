import { request } from "node:http"
import { gunzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, TestClock } from "effect"
import { exchange, get, json, type MarketsPage, NOON } from "./support.ts"

const rawGet = (url: string, headers: Record<string, string>) =>
  Effect.promise(
    () =>
      new Promise<{ encoding: string | undefined; body: Buffer }>((done, failed) => {
        request(url, { headers }, (response) => {
          const parts: Array<Buffer> = []
          response.on("data", (part: Buffer) => parts.push(part))
          response.on("end", () =>
            done({ encoding: response.headers["content-encoding"], body: Buffer.concat(parts) })
          )
        })
          .on("error", failed)
          .end()
      })
  )

describe("the server", () => {
  it.scopedLive("answers the endpoints other than markets and events", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const { headers } = yield* get(x, "/exchange/status")
      assert.strictEqual(Date.parse(headers.get("date") ?? ""), NOON, "dated by its own clock")
      const status = yield* json<Record<string, unknown>>(x, "/exchange/status")
      assert.deepInclude(status, { exchange_active: true, trading_active: true })
      assert.strictEqual((status.exchange_index_statuses as ReadonlyArray<unknown>).length, 4)
      assert.property(yield* json(x, "/exchange/schedule"), "schedule")
      assert.property(yield* json(x, "/account/endpoint_costs"), "default_cost")
      const cutoff = yield* json<Record<string, string>>(x, "/historical/cutoff")
      assert.strictEqual(Date.parse(cutoff.market_settled_ts ?? ""), x.universe.cutoffAt(NOON))
      const { series } = yield* json<{ series: ReadonlyArray<{ ticker: string; category: string }> }>(
        x,
        "/series"
      )
      assert.deepStrictEqual(
        series.map((one) => one.ticker),
        x.universe.series.map((one) => one.ticker)
      )
      const weather = yield* json<{ series: ReadonlyArray<{ category: string }> }>(
        x,
        "/series?category=Climate%20and%20Weather"
      )
      assert.isTrue(weather.series.length > 0 && weather.series.length < series.length)
      const one = yield* json<{ series: { ticker: string } }>(x, `/series/${series[0]?.ticker}`)
      assert.strictEqual(one.series.ticker, series[0]?.ticker)
    })
  )

  it.scopedLive("pauses trading on Thursday from 03:00 to 05:00 in New York", () =>
    Effect.gen(function* () {
      const trading = (utc: number) =>
        Effect.gen(function* () {
          const x = yield* exchange({ markets: 1, startsAt: utc })
          return (yield* json<{ trading_active: boolean }>(x, "/exchange/status")).trading_active
        })
      assert.isTrue(yield* trading(Date.UTC(2026, 10, 26, 7, 59)))
      assert.isFalse(yield* trading(Date.UTC(2026, 10, 26, 8, 0)))
      assert.isFalse(yield* trading(Date.UTC(2026, 6, 9, 7, 30)))
      assert.isTrue(yield* trading(Date.UTC(2026, 10, 26, 10, 0)))
    })
  )

  it.scopedLive("finds no unknown, archived or unborn market", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const [old] = x.universe.settledBetween(
        x.universe.cutoffAt(NOON) - 60 * 60_000,
        x.universe.cutoffAt(NOON)
      )
      const [fresh] = x.universe.settledBetween(NOON - 60 * 60_000, NOON)
      for (const path of [
        "/markets/KXNONE-1",
        "/events/KXNONE",
        "/series/KXNONE",
        "/nothing",
        `/markets/${old?.ticker}`
      ]) {
        const got = yield* get(x, path)
        assert.strictEqual(got.status, 404, path)
        assert.strictEqual(got.text, '{"error":{"code":"not_found","message":"not found"}}')
      }
      const { market } = yield* json<{ market: unknown }>(x, `/markets/${fresh?.ticker}`)
      assert.deepStrictEqual(market, x.universe.marketAt(fresh?.ticker ?? "", NOON))
    })
  )

  it.scopedLive("compresses on request, and redirects a path with a trailing slash", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const url = `${x.url}/markets?limit=200`
      const plain = yield* rawGet(url, {})
      const packed = yield* rawGet(url, { "accept-encoding": "gzip, br" })
      const refused = yield* rawGet(url, { "accept-encoding": "gzip;q=0" })
      assert.isUndefined(plain.encoding)
      assert.isUndefined(refused.encoding)
      assert.strictEqual(packed.encoding, "gzip")
      assert.isTrue(gunzipSync(packed.body).equals(plain.body))
      assert.isBelow(packed.body.length, plain.body.length / 5)
      const slash = yield* get(x, "/markets/?limit=1")
      assert.deepStrictEqual(
        [slash.status, slash.headers.get("location")],
        [301, "/trade-api/v2/markets?limit=1"]
      )
      assert.strictEqual(
        (yield* get(x, "/markets?limit=1")).headers.get("cache-control"),
        "public, max-age=15"
      )
      assert.strictEqual(
        (yield* get(x, "/exchange/status")).headers.get("cache-control"),
        "public, max-age=1"
      )
    })
  )

  it.scopedLive("refuses a query that is too long", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      assert.strictEqual(
        (yield* get(x, `/markets?tickers=${"KXHIGHNY-26NOV22-T58,".repeat(250)}`)).status,
        200
      )
      const long = yield* get(x, `/markets?tickers=${"KXHIGHNY-26NOV22-T58,".repeat(500)}`)
      assert.strictEqual(long.status, 414)
      assert.include(long.headers.get("content-type"), "text/html")
    })
  )

  it.scopedLive("spends tokens, and answers 429 without Retry-After when none are left", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ readTokensPerSecond: 20 })
      const got = yield* Effect.replicateEffect(get(x, "/exchange/status"), 8, { concurrency: 8 })
      const refused = got.filter((one) => one.status === 429)
      assert.isAtLeast(refused.length, 2)
      assert.strictEqual(
        refused[0]?.text,
        '{"error":{"code":"too_many_requests","message":"too many requests"}}'
      )
      assert.isNull(refused[0]?.headers.get("retry-after") ?? null)
      yield* Effect.sleep("600 millis")
      assert.strictEqual((yield* get(x, "/exchange/status")).status, 200)
    })
  )

  it.scoped("takes its time from the clock of the program that starts it", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ speed: 60 })
      assert.strictEqual(yield* x.now, NOON)
      const before = yield* json<MarketsPage>(x, "/markets?status=open&limit=1000")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* x.now, NOON + 3_600_000)
      const after = yield* json<MarketsPage>(x, "/markets?status=open&limit=1000")
      const names = (page: MarketsPage) => page.markets.map((market) => market.ticker).sort()
      const truth = (ms: number) =>
        x.universe
          .openAt(ms)
          .map((market) => market.ticker)
          .sort()
      assert.deepStrictEqual([names(before), names(after)], [truth(NOON), truth(NOON + 3_600_000)])
    })
  )

  it.scopedLive("keeps the requests that it received, and reports why it cannot start", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      yield* get(x, "/exchange/status")
      yield* get(x, "/markets?status=finalized")
      const seen = yield* x.requests
      assert.deepStrictEqual(
        seen.map(({ method, path, status, fault }) => ({ method, path, status, fault })),
        [
          { method: "GET", path: "/trade-api/v2/exchange/status", status: 200, fault: undefined },
          { method: "GET", path: "/trade-api/v2/markets?status=finalized", status: 400, fault: undefined }
        ]
      )
      assert.isAtLeast(seen[1]?.arrivedAt ?? 0, seen[0]?.arrivedAt ?? 1)
      const taken = yield* Effect.exit(exchange({ port: Number(new URL(x.url).port) }))
      assert.isTrue(Exit.isFailure(taken))
      const unreadable = yield* Effect.flip(exchange({ recorded: "/nowhere/at/all" }))
      assert.include(unreadable.message, "/nowhere/at/all")
    })
  )
})
