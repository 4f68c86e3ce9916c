import { assert, describe, it } from "@effect/vitest"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { trades } from "../../../../src/domain/read/trades/projection.ts"
import { slotSeconds } from "../../../../src/domain/units/time.ts"
import { observe } from "../observe.ts"
import { centsTrade, stringsTrade } from "../wire/tape-bodies.ts"
import { endpointsRead, rowsIn } from "./rows.ts"

const page = (...items: ReadonlyArray<unknown>) =>
  observe({ trades: items, cursor: "" }, { endpoint: "GET /markets/trades", feed: "trades" })

describe("the projection of trades", () => {
  it("makes a row of every trade, with microseconds", () => {
    assert.deepStrictEqual(
      rowsIn(trades, "trade_rows", page(stringsTrade(), centsTrade({ trade_id: "B" }))),
      [
        {
          created: slotSeconds("2026-09-26T22:52:42Z") * 1_000_000 + 728_640,
          trade_id: "0723a045-55c1-a478-de4a-642a5deee757",
          market: "KXBTC15M-26SEP261900-00",
          seq: 1,
          yes_price: 77.49,
          no_price: 22.51,
          count: 8.94,
          taker_side: "yes",
          is_block_trade: 0
        },
        {
          created: slotSeconds("2026-09-26T22:52:42Z") * 1_000_000 + 728_640,
          trade_id: "B",
          market: "KXBTC15M-26SEP261900-00",
          seq: 1,
          yes_price: 77,
          no_price: 23,
          count: 8,
          taker_side: "yes",
          is_block_trade: null
        }
      ]
    )
  })

  it("notes once the quarters of an hour in which each market traded", () => {
    const at = (ticker: string, created_time: string) => stringsTrade({ ticker, created_time })
    const tape = page(
      at("A", "2026-11-22T12:15:00Z"),
      at("A", "2026-11-22T12:29:59.999999Z"),
      at("B", "2026-11-22T12:20:00Z"),
      at("A", "2026-11-22T12:14:59.999999Z")
    )
    const noon = slotSeconds("2026-11-22T12:00:00Z")
    const quarterPast = slotSeconds("2026-11-22T12:15:00Z")
    assert.deepStrictEqual(rowsIn(trades, "trade_spans", tape), [{ span: quarterPast }, { span: noon }])
    assert.deepStrictEqual(rowsIn(trades, "trade_markets", tape), [
      { span: quarterPast, market: "A" },
      { span: quarterPast, market: "B" },
      { span: noon, market: "A" }
    ])
  })

  it("reads the live tape and the historical tier", () => {
    assert.deepStrictEqual(endpointsRead(trades, page()), ["GET /markets/trades"])
    assert.isTrue(trades.reads({ ...page(), endpoint: "GET /historical/trades" }))
  })

  it("reports items that are not trades, and keeps the others", () => {
    const { problems } = trades.project(new Reading(page(stringsTrade({ count_fp: 8.94 }), stringsTrade())))
    assert.deepStrictEqual(
      problems.map(({ path }) => path),
      ["trades[0].count_fp"]
    )
    assert.strictEqual(rowsIn(trades, "trade_rows", page({}, stringsTrade())).length, 1)
  })
})
