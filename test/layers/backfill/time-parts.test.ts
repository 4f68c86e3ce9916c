/** Backfills of data that the exchange serves only in part, or only under another name. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { makeUniverse } from "../../../src/simulator/universe/universe.ts"
import { it } from "../../clock/noon.ts"
import { exchange, NOON } from "../../simulator/support.ts"
import { answer, server } from "../http/support.ts"
import { rowsOf } from "../projector/support.ts"
import { scopedFolder } from "../sqlite/support.ts"
import { attempt, type Gate, logged, spec } from "./support.ts"

const AT = NOON / 1000

describe("a page of trades that never arrives", () => {
  const [from, to] = [AT - 7200, AT - 600]
  const tape = spec({ from, to, kinds: ["trades"] })
  const trades = (folder: string) =>
    rowsOf(folder, "SELECT trade_id, created_time FROM trades ORDER BY trade_id")

  it.scopedLive("is the only part missing from a backfill of its time", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 60 })
      const [whole, folder] = [yield* scopedFolder, yield* scopedFolder]
      assert.strictEqual((yield* attempt(whole, x, tape, { at: AT, pageSize: 50 })).status, "complete")
      const all = trades(whole)
      const middle = String(all[Math.floor(all.length / 2)]?.created_time)
      const dead = Math.floor(Date.parse(middle) / 1000)

      const gate: Gate = (_, path) => {
        if (!path.startsWith("/markets/trades")) return "pass"
        const query = new URLSearchParams(path.split("?")[1] ?? "")
        const [min, max] = [Number(query.get("min_ts")), Number(query.get("max_ts"))]
        const isWhole = max - min === to - from
        return min <= dead && dead <= max && (!isWhole || query.has("cursor")) ? 504 : "pass"
      }
      const ended = yield* attempt(folder, x, tape, { at: AT, pageSize: 50, gate })
      assert.strictEqual(ended.status, "complete", ended.reason ?? "")
      const [, start = "", end = ""] =
        /^complete but for 1 part that the exchange did not give: (\S+) to (\S+) of \/markets\/trades \(504/.exec(
          ended.reason ?? ""
        ) ?? []
      assert.isAtMost(Date.parse(end) - Date.parse(start), 120_000, ended.reason ?? "")
      const outside = all.filter(({ created_time: at }) => {
        const millis = Date.parse(String(at))
        return millis < Date.parse(start) || millis > Date.parse(end)
      })
      assert.isAbove(outside.length, 20)
      const got = new Set(trades(folder).map(({ trade_id }) => trade_id))
      assert.deepStrictEqual(
        outside.filter(({ trade_id }) => !got.has(trade_id)),
        []
      )
      assert.isTrue(
        logged(folder).some(({ status }) => status === 504),
        "and the refusal is on record"
      )
    })
  )
})

describe("a series that is younger than its events", () => {
  it.scopedLive("is listed event by event", () =>
    Effect.gen(function* () {
      const universe = makeUniverse(3, 60)
      const [market] = universe.openAt(NOON).filter(({ combo }) => !combo)
      const body = {
        ...universe.marketAt(market?.ticker ?? "", NOON),
        event_ticker: "OLD-23NOV",
        ticker: "OLD-23NOV-T1"
      }
      const event = { event_ticker: "OLD-23NOV", series_ticker: "KXNEW", title: "An old one", sub_title: "" }
      const { arrivals, url } = yield* server((_, response, request) => {
        const { pathname, searchParams } = new URL(request.url ?? "", "http://x")
        const reply = (value: unknown) => answer(response, 200, JSON.stringify(value))
        if (pathname === "/historical/cutoff")
          return reply({
            market_settled_ts: "2026-09-20T00:00:00Z",
            trades_created_ts: "2026-09-20T00:00:00Z"
          })
        if (pathname === "/events") return reply({ events: [event], cursor: "" })
        const isNamed = pathname === "/markets" && searchParams.get("event_ticker") === "OLD-23NOV"
        return reply({ markets: isNamed ? [body] : [], trades: [], candlesticks: [], cursor: "" })
      })
      const folder = yield* scopedFolder
      const ended = yield* attempt(folder, { url }, spec({ series: "KXNEW", kinds: ["markets", "trades"] }), {
        at: AT
      })
      assert.strictEqual(ended.status, "complete", ended.reason ?? "")
      assert.deepStrictEqual(rowsOf(folder, "SELECT ticker, event_ticker FROM markets"), [
        { ticker: "OLD-23NOV-T1", event_ticker: "OLD-23NOV" }
      ])
      assert.isTrue(
        arrivals.some(({ path }) => path.includes("ticker=OLD-23NOV-T1")),
        "and its trades"
      )
    })
  )
})

describe("a batch of candles whose answer lacks markets", () => {
  it.scopedLive("is requested by halves, and markets without an answer on their own are named", () =>
    Effect.gen(function* () {
      const universe = makeUniverse(3, 60)
      const [market] = universe.openAt(NOON).filter(({ combo }) => !combo)
      const names = Array.from({ length: 9 }, (_, n) => `KXB-23NOV-T${n}`)
      const bodies = names.map((ticker) => ({
        ...universe.marketAt(market?.ticker ?? "", NOON),
        event_ticker: "KXB-23NOV",
        open_time: "2026-11-22T06:00:00Z",
        close_time: "2026-11-23T06:00:00Z",
        ticker
      }))
      const asked: Array<number> = []
      const { url } = yield* server((_, response, request) => {
        const { pathname, searchParams } = new URL(request.url ?? "", "http://x")
        const reply = (value: unknown) => answer(response, 200, JSON.stringify(value))
        if (pathname === "/historical/cutoff")
          return reply({
            market_settled_ts: "2026-09-20T00:00:00Z",
            trades_created_ts: "2026-09-20T00:00:00Z"
          })
        if (pathname === "/markets") return reply({ markets: bodies, cursor: "" })
        if (pathname !== "/markets/candlesticks") return reply({ markets: [], events: [], cursor: "" })
        const some = (searchParams.get("market_tickers") ?? "").split(",")
        asked.push(some.length)
        // One market is missing from answers with several, another from all.
        const given = some.filter((name) => name !== names[4] && (name !== names[2] || some.length === 1))
        reply({ markets: given.map((name) => ({ market_ticker: name, candlesticks: [] })) })
      })
      const folder = yield* scopedFolder
      const what = spec({ series: "KXB", kinds: ["candlesticks"], from: AT - 7200 })
      const ended = yield* attempt(folder, { url }, what, { at: AT })
      assert.strictEqual(ended.status, "complete", ended.reason ?? "")
      assert.strictEqual(ended.reason, `1 market got no answer about candles: ${names[4]}`)
      assert.isAtLeast(asked.filter((n) => n === 1).length, 2)
      assert.isBelow(asked.length, 16)
    })
  )
})
