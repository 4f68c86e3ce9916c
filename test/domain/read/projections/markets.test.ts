import { assert, describe, it } from "@effect/vitest"
import { KEPT } from "../../../../src/domain/read/column.ts"
import { markets } from "../../../../src/domain/read/markets/projection.ts"
import * as tables from "../../../../src/domain/read/markets/table.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { observe } from "../observe.ts"
import { type Body, centsMarket, eventBody, stringsMarket, without } from "../wire/bodies.ts"
import { endpointsRead, rowsIn, rowsOf } from "./rows.ts"

const row = (body: Body) => {
  const [only, ...others] = rowsIn(
    markets,
    "market_rows",
    observe({ market: body }, { endpoint: "GET /markets/{ticker}" })
  )
  assert.deepStrictEqual(others, [])
  return only ?? {}
}

describe("a row of markets", () => {
  it("holds every field of the market in the units and forms of the table", () => {
    assert.deepStrictEqual(row(stringsMarket()), {
      market: "KXRAIN-26NOV22-T1",
      event_ticker: "KXRAIN-26NOV22",
      market_type: "binary",
      title: "Will it rain more than 1 inch?",
      subtitle: "more than 1 inch",
      yes_sub_title: "Above 1",
      no_sub_title: "1 or below",
      category: null,
      status: "active",
      result: "",
      settlement_value: 55,
      settlement_ts: "2026-11-23T12:01:14.546573Z",
      notional_value: 100,
      created_time: "2026-11-19T10:11:12.345678Z",
      updated_time: "2026-11-21T01:02:03.040000Z",
      open_time: "2026-11-20T15:00:00.000000Z",
      close_time: "2026-11-23T04:59:00.000000Z",
      expiration_time: "2026-11-30T15:00:00.000000Z",
      latest_expiration_time: "2026-12-01T15:00:00.000000Z",
      expected_expiration_time: "2026-11-23T15:00:00.000000Z",
      occurrence_datetime: "2026-11-22T14:00:00.000000Z",
      settlement_timer_seconds: 1800,
      expiration_value: "1.25",
      can_close_early: 1,
      early_close_condition: "when the report is out",
      strike_type: "greater",
      floor_strike: 1.5,
      cap_strike: 2.25,
      functional_strike: "x / 2",
      custom_strike: '{"Associated Events":"A,B"}',
      fee_waiver_expiration_time: "2026-11-21T15:00:00.000000Z",
      primary_participant_key: "NWS-NYC",
      price_level_structure: "tapered_deci_cent",
      price_ranges:
        '[{"start":"0.0000","end":"0.1000","step":"0.0010"},{"start":"0.1000","end":"1.0000","step":"0.0100"}]',
      mve_collection_ticker: "KXMVE-COLLECTION",
      mve_selected_legs: JSON.stringify(stringsMarket().mve_selected_legs),
      settlement_bounds_type: "floor",
      settlement_floor: 5.25,
      is_provisional: 0,
      exchange_index: 2,
      rules_primary: "If it rains",
      rules_secondary: "as reported by the NWS"
    })
  })

  it("has NULL for a null or absent field, and keeps an empty text and 0", () => {
    const said = row(
      stringsMarket({ title: null, subtitle: "", floor_strike: 0, settlement_value_dollars: "0.0000" })
    )
    assert.deepInclude(said, { title: null, subtitle: "", floor_strike: 0, settlement_value: 0 })
    assert.isNull(row(without(stringsMarket(), "title")).title)
    const bare = row({ ticker: "T", event_ticker: "E", status: "active" })
    const present = Object.entries(bare).filter(([, value]) => value !== null)
    assert.deepStrictEqual(Object.fromEntries(present), { market: "T", event_ticker: "E", status: "active" })
  })

  it("takes latest_expiration_time for expiration_time if that is absent", () => {
    const latest = "2026-12-01T15:00:00.000000Z"
    assert.strictEqual(row(without(stringsMarket(), "expiration_time")).expiration_time, latest)
    assert.strictEqual(row(stringsMarket({ expiration_time: null })).expiration_time, latest)
    assert.strictEqual(row(stringsMarket({ expiration_time: "" })).expiration_time, "")
  })

  it("keeps the category that old answers contain", () => {
    assert.strictEqual(row(centsMarket()).category, "Climate and Weather")
  })

  it("has the columns of the table that users see, except those joined from other tables", () => {
    const joined = new Set(["ticker", "series_ticker", "ended_at", "observed_at", "not_found_at"])
    const shown = Object.keys(tables.markets.columns).filter((column) => !joined.has(column))
    const [, ...own] = markets.tables[0]?.columns ?? []
    // The legs of a combo have a view of their own.
    assert.sameMembers([...own], [...shown, "mve_selected_legs"])
  })
})

describe("the projection of markets", () => {
  it("reads every kind of answer with markets, whichever feed asked", () => {
    const read = endpointsRead(markets, observe({}, { feed: "sync-markets" }))
    assert.deepStrictEqual(read, [
      "GET /markets",
      "GET /markets/{ticker}",
      "GET /events",
      "GET /events/{event_ticker}",
      "GET /historical/markets",
      "GET /historical/markets/{ticker}"
    ])
  })

  it("makes the same row of a market alone, in a listing and in an event", () => {
    const market = stringsMarket()
    const bodies = [{ market }, { markets: [market] }, { events: [eventBody({ markets: [market] })] }]
    for (const body of bodies) {
      assert.deepStrictEqual(rowsIn(markets, "market_rows", observe(body)), [row(market)])
    }
  })

  it("marks only finalized markets as final", () => {
    const statuses = [
      "initialized",
      "active",
      "inactive",
      "closed",
      "determined",
      "disputed",
      "amended",
      "finalized",
      "settled"
    ]
    const body = { markets: statuses.map((status) => stringsMarket({ ticker: status, status })) }
    const [table] = rowsOf(markets, observe(body))
    assert.deepStrictEqual(table?.final, [false, false, false, false, false, false, false, true, true])
  })

  it("reports unreadable fields, keeps their last values, and makes a row of every market with a ticker", () => {
    const body = { markets: [stringsMarket(), stringsMarket({ ticker: "B", status: 1 }), { ticker: "" }] }
    const { problems } = markets.project(new Reading(observe(body)))
    assert.deepStrictEqual(
      problems.map(({ part, path }) => [path, part]),
      [
        ["markets[1].status", "B.status"],
        ["markets[2].ticker", undefined],
        ["markets[2].event_ticker", undefined],
        ["markets[2].status", undefined]
      ]
    )
    const rows = rowsIn(markets, "market_rows", observe(body))
    assert.deepStrictEqual(rows[1], { ...rows[0], market: "B", status: KEPT })
    assert.strictEqual(rows.length, 2)
  })
})
