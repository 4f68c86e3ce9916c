import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { exchange, get, json, type MarketsPage, tickers, walk } from "./support.ts"

const market = (ticker: string, status = "active", more: Record<string, unknown> = {}) => ({
  event_ticker: ticker.slice(0, ticker.lastIndexOf("-")),
  status,
  ticker,
  ...more
})

const status = { exchange_active: true, trading_active: false }

/** A hand-formatted answer: unusual spaces, and a price with more digits than usual. */
const OWN_TEXT = `{ "cursor" : "Cg",\n  "markets": [ ${JSON.stringify(market("KXB-1-X", "active", { yes_bid_dollars: "0.069000" }))} ]}`

const FILES: Record<string, string> = {
  "a/page.json": JSON.stringify({
    _metadata: { endpoint: "markets_list" },
    response: { cursor: "CgwI", markets: [market("KXA-1-X"), market("KXA-1-Y", "finalized")] }
  }),
  "b/body.json": OWN_TEXT,
  "c/by-series.json": JSON.stringify({ KXC: [market("KXC-1-X")], KXEMPTY: [] }),
  "d/list.json": JSON.stringify([market("KXMVED-1-X")]),
  "e/event.json": JSON.stringify({
    event: { event_ticker: "KXE-1", title: "E" },
    markets: [market("KXE-1-X")]
  }),
  "f/status.json": JSON.stringify({ _metadata: {}, response: status }),
  "g/broken.json": '{"markets": [',
  "h/candles.json": JSON.stringify({ markets: [{ market_ticker: "KXA-1-X", candlesticks: [] }] }),
  "i/events.json": JSON.stringify({
    cursor: "",
    events: [{ event_ticker: "KXI-1", series_ticker: "KXI", title: "I" }]
  }),
  "j/series.json": JSON.stringify({ series: [{ ticker: "KXJ", frequency: "daily", title: "J" }] }),
  "k/notes.txt": "not an answer",
  "l/nested.json": `{"cursor":"","markets":[{"event_ticker":"KXDEEP-1","status":"active","ticker":"KXDEEP-1-X","custom_strike":${"[".repeat(5000)}${"]".repeat(5000)}}]}`
}

const recordedExchange = Effect.gen(function* () {
  const directory = mkdtempSync(join(tmpdir(), "recorded-"))
  yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(directory, { recursive: true })))
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true })
    writeFileSync(join(directory, file), text)
  }
  return yield* exchange({ recorded: directory, markets: 1 })
})

describe("recorded answers", () => {
  it.scopedLive("are listed file by file", () =>
    Effect.gen(function* () {
      const x = yield* recordedExchange
      assert.deepStrictEqual(tickers(yield* walk(x, "")), [
        "KXA-1-X",
        "KXA-1-Y",
        "KXB-1-X",
        "KXC-1-X",
        "KXMVED-1-X"
      ])
      assert.deepStrictEqual(tickers(yield* walk(x, "status=open&mve_filter=exclude")), [
        "KXA-1-X",
        "KXB-1-X",
        "KXC-1-X"
      ])
      assert.deepStrictEqual(tickers(yield* walk(x, "status=settled")), ["KXA-1-Y"])
      assert.deepStrictEqual(tickers(yield* walk(x, "series_ticker=KXC")), ["KXC-1-X"])
      assert.strictEqual((yield* get(x, "/markets?cursor=nonsense")).status, 400)
    })
  )

  it.scopedLive("are served without files that are nested too deeply", () =>
    Effect.gen(function* () {
      const x = yield* recordedExchange
      assert.strictEqual((yield* get(x, "/markets/KXDEEP-1-X")).status, 404)
      assert.strictEqual((yield* get(x, "/markets/KXC-1-X")).status, 200)
    })
  )

  it.scopedLive("keep their own text, except for the cursor", () =>
    Effect.gen(function* () {
      const x = yield* recordedExchange
      const first = yield* json<MarketsPage>(x, "/markets")
      const second = yield* get(x, `/markets?cursor=${first.cursor}`)
      const cursor: string = JSON.parse(second.text).cursor
      assert.strictEqual(second.text, OWN_TEXT.replace('"Cg"', JSON.stringify(cursor)))
      const event = yield* get(x, "/events/KXE-1")
      assert.strictEqual(event.text, FILES["e/event.json"])
    })
  )

  it.scopedLive("also answer requests for single objects, wherever they were recorded", () =>
    Effect.gen(function* () {
      const x = yield* recordedExchange
      assert.deepStrictEqual(yield* json(x, "/markets/KXC-1-X"), { market: market("KXC-1-X") })
      assert.deepStrictEqual(yield* json(x, "/exchange/status"), status)
      assert.property(yield* json(x, "/events/KXI-1"), "event")
      assert.strictEqual((yield* get(x, "/series")).text, FILES["j/series.json"])
      assert.property(yield* json(x, "/series/KXJ"), "series")
      assert.strictEqual((yield* get(x, "/markets/KXNONE-1")).status, 404)
    })
  )
})
