import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Exporter from "../../../../src/layers/duckdb/export/Exporter.ts"
import { addMarket, addPrice, scopedDataDir } from "../support.ts"

const NOVEMBER = Date.parse("2026-11-30T23:45:00Z") / 1000
const DECEMBER = Date.parse("2026-12-01T00:00:00Z") / 1000

const columnsAt = (
  text: string,
  line: number,
  names: ReadonlyArray<string>
): ReadonlyArray<string | undefined> => {
  const lines = text.split("\n")
  const header = lines[0]?.split(",") ?? []
  const fields = lines[line]?.split(",") ?? []
  return names.map((name) => fields[header.indexOf(name)])
}

describe("Exporter.exportCsv", () => {
  it.scopedLive("writes decimals exactly, times unchanged, and NULL different from an empty text", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      addMarket(database, 7, "KX-B")
      addMarket(database, 8, "KX-A")
      addPrice(database, {
        slot: DECEMBER,
        market: 7,
        seq: 3,
        yes_bid: 6.9,
        yes_ask: 7.2,
        volume: 9_999_999_999
      })
      addPrice(database, { slot: NOVEMBER, market: 7, seq: 1, yes_bid: 0, yes_ask: 100, volume: 0.000001 })
      addPrice(database, { slot: NOVEMBER, market: 8, seq: 1, yes_bid: 45, yes_ask: 45.25, volume: 100 })
      const output = join(dataDir, "csv")
      const exported = yield* Exporter.make({ dataDir }).exportCsv({ output })

      const prices = readFileSync(join(output, "price_snapshots.csv"), "utf8")
      const names = [
        "ticker",
        "snapshot_time",
        "yes_bid",
        "yes_ask",
        "volume",
        "last_price",
        "midpoint",
        "spread",
        "observed_at"
      ]
      assert.deepStrictEqual(
        [1, 2, 3].map((line) => columnsAt(prices, line, names)),
        [
          [
            "KX-A",
            "2026-11-30T23:45:00Z",
            "45",
            "45.25",
            "100",
            "",
            "45.125",
            "0.25",
            "2026-11-30T23:45:00.000001Z"
          ],
          ["KX-B", "2026-11-30T23:45:00Z", "0", "100", "0.000001", "", "", "", "2026-11-30T23:45:00.000001Z"],
          [
            "KX-B",
            "2026-12-01T00:00:00Z",
            "6.9",
            "7.2",
            "9999999999",
            "",
            "7.05",
            "0.3",
            "2026-12-01T00:00:00.000003Z"
          ]
        ]
      )
      assert.strictEqual(prices.split("\n").length, 5)
      assert.deepStrictEqual(exported.tables.find(({ table }) => table === "price_snapshots")?.rows, 3)

      const markets = readFileSync(join(output, "markets.csv"), "utf8")
      // Market 8 has an empty title, an empty settlement_ts, no close_time, and a strike without decimals.
      assert.deepStrictEqual(
        columnsAt(markets, 1, [
          "ticker",
          "title",
          "settlement_ts",
          "close_time",
          "open_time",
          "can_close_early",
          "floor_strike"
        ]),
        ["KX-A", '""', '""', "", "2026-11-01T00:00:00.000001Z", "false", "65000"]
      )
      assert.match(markets, /"Will it, ""really""\?\nYes, 7"/)
      assert.match(readFileSync(join(output, "settlements.csv"), "utf8"), /^ticker,event_ticker,[a-z_,]+\n$/)
    })
  )
})
