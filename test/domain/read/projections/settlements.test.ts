import { assert, describe, it } from "@effect/vitest"
import { KEPT } from "../../../../src/domain/read/column.ts"
import { holdsMarkets } from "../../../../src/domain/read/markets/projection.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { settlements } from "../../../../src/domain/read/settlements/projection.ts"
import * as tables from "../../../../src/domain/read/settlements/table.ts"
import { observe } from "../observe.ts"
import { type Body, centsMarket, dualMarket, eventBody, stringsMarket } from "../wire/bodies.ts"
import { endpointsRead, rowsIn, rowsOf } from "./rows.ts"

const settled = (but: Body = {}): Body =>
  stringsMarket({ status: "finalized", result: "yes", settlement_value_dollars: "1.0000", ...but })

const rows = (...markets: ReadonlyArray<Body>) => rowsIn(settlements, "settlement_rows", observe({ markets }))

const payout = (body: Body) => {
  const [row = {}] = rows(body)
  return [row.result, row.yes_payout, row.no_payout]
}

describe("a settlement", () => {
  it("has its time, result, payouts and last bids", () => {
    assert.deepStrictEqual(rows(settled()), [
      {
        market: "KXRAIN-26NOV22-T1",
        event_ticker: "KXRAIN-26NOV22",
        settled_at: "2026-11-23T12:01:14.546573Z",
        result: "yes",
        final_yes_price: 6.9,
        final_no_price: 92.8,
        yes_payout: 100,
        no_payout: 0
      }
    ])
  })

  it("pays a dollar for yes or no, and a part to each side for scalar", () => {
    assert.deepStrictEqual(payout(settled()), ["yes", 100, 0])
    assert.deepStrictEqual(payout(settled({ result: "no", settlement_value_dollars: "0.0000" })), [
      "no",
      0,
      100
    ])
    const scalar = settled({ result: "scalar", settlement_value_dollars: "0.3333" })
    assert.deepStrictEqual(payout(scalar), ["scalar", 33.33, 66.67])
    assert.deepStrictEqual(payout(settled({ settlement_value_dollars: "0.069001" })), [
      "yes",
      6.9001,
      93.0999
    ])
  })

  it("takes the payout from the result if an old answer lacks the value, and is NULL otherwise", () => {
    const old = (result: string) => centsMarket({ status: "finalized", result })
    assert.deepStrictEqual(payout(old("yes")), ["yes", 100, 0])
    assert.deepStrictEqual(payout(old("no")), ["no", 0, 100])
    assert.deepStrictEqual(payout(old("")), ["", null, null])
    assert.deepStrictEqual(payout(old("scalar")), ["scalar", null, null])
    assert.isNull(rows(old("yes"))[0]?.settled_at)
    assert.deepStrictEqual(payout(dualMarket({ status: "finalized", settlement_value: 55 })), ["", 55, 45])
    const dual = { settlement_value: 33, settlement_value_dollars: "0.3333" }
    assert.deepStrictEqual(payout(dualMarket({ status: "finalized", ...dual })), ["", 33.33, 66.67])
  })

  it("does not exist before the market is finalized, whatever the result", () => {
    for (const status of ["active", "inactive", "closed", "determined", "disputed", "amended", "hm"]) {
      assert.deepStrictEqual(rows(settled({ status })), [], status)
    }
  })

  it("exists for the oldest name of that status, too", () => {
    assert.deepStrictEqual(rows(settled({ status: "settled" })), rows(settled({})))
  })

  it("takes the payout from the result if the value cannot be read, and keeps the last one if neither can", () => {
    const payouts = (but: Body) =>
      rows(settled({ settlement_value_dollars: 1, ...but })).map(({ no_payout, yes_payout }) => [
        yes_payout,
        no_payout
      ])
    assert.deepStrictEqual(payouts({ result: "yes" }), [[100, 0]])
    assert.deepStrictEqual(payouts({ result: "no" }), [[0, 100]])
    assert.deepStrictEqual(payouts({ result: "scalar" }), [[KEPT, KEPT]])
    assert.deepStrictEqual(payouts({ settlement_value_dollars: null, result: 1 }), [[KEPT, KEPT]])
  })

  it("has the columns of the table that users see", () => {
    const [, ...own] = settlements.tables[0]?.columns ?? []
    const [, ...shown] = Object.keys(tables.settlements.columns)
    assert.deepStrictEqual(own, shown)
  })
})

describe("the projection of settlements", () => {
  it("reads every kind of answer with markets, and picks the finalized ones", () => {
    const read = endpointsRead(settlements, observe({}, { feed: "settlements" }))
    assert.strictEqual(read.length, 6)
    assert.isTrue(read.every(holdsMarkets))
    const markets = [stringsMarket({ ticker: "A" }), settled({ ticker: "B" }), stringsMarket({ ticker: "C" })]
    const nested = observe({ events: [eventBody({ markets })] }, { endpoint: "GET /events" })
    for (const observation of [observe({ markets }), nested]) {
      const found = rowsIn(settlements, "settlement_rows", observation).map(({ market }) => market)
      assert.deepStrictEqual(found, ["B"])
      assert.deepStrictEqual(rowsOf(settlements, observation)[0]?.final, [true])
    }
  })

  it("leaves unreadable markets to the projection of markets to report", () => {
    const page = observe({ markets: [settled({ settlement_ts: 5 }), settled({ ticker: "B" })] })
    assert.deepStrictEqual(settlements.project(new Reading(page)).problems, [])
    const [odd] = rowsIn(settlements, "settlement_rows", page)
    assert.deepInclude(odd, { settled_at: KEPT, yes_payout: 100 })
    assert.strictEqual(rowsIn(settlements, "settlement_rows", page).length, 2)
  })
})
