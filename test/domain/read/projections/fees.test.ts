import { assert, describe, it } from "@effect/vitest"
import { fees } from "../../../../src/domain/read/fees/projection.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { observe } from "../observe.ts"
import { type Body, without } from "../wire/bodies.ts"
import { eventFeeBody, seriesFeeBody } from "../wire/other-bodies.ts"
import { endpointsRead, rowsIn } from "./rows.ts"

const OBSERVED = "2026-11-22T12:15:01.234567Z"

const ofSeries = (...changes: ReadonlyArray<unknown>) =>
  observe({ series_fee_change_arr: changes }, { endpoint: "GET /series/fee_changes", observedAt: OBSERVED })
const ofEvents = (...changes: ReadonlyArray<unknown>) =>
  observe(
    { event_fee_changes: changes, cursor: "" },
    { endpoint: "GET /events/fee_changes", observedAt: OBSERVED }
  )

const rows = (observation: ReturnType<typeof observe>) => rowsIn(fees, "fee_change_rows", observation)

describe("a row of fee_changes", () => {
  it("has the fee of a series, with 0 as it was sent", () => {
    assert.deepStrictEqual(rows(ofSeries(seriesFeeBody({ fee_multiplier: 0 }))), [
      {
        change: '["7f2c","KXRAIN",null,"quadratic",0,"2026-11-23T15:00:00.000000Z"]',
        change_id: "7f2c",
        series_ticker: "KXRAIN",
        event_ticker: null,
        scheduled_time: "2026-11-23T15:00:00.000000Z",
        fee_type: "quadratic",
        fee_multiplier: 0,
        observed_at: OBSERVED
      }
    ])
  })

  it("has the fee of an event, and NULL where that of its series holds again", () => {
    const cleared = eventFeeBody({ fee_type_override: null, fee_multiplier_override: null })
    const [set, back] = rows(ofEvents(eventFeeBody(), cleared))
    const event = { event_ticker: "KXRAIN-26NOV22", series_ticker: "KXRAIN" }
    assert.deepInclude(set, { ...event, fee_type: "flat", fee_multiplier: 0.25 })
    assert.deepInclude(back, { ...event, fee_type: null, fee_multiplier: null })
  })

  it("is another for a change that is announced otherwise, and may lack an id", () => {
    const bodies: ReadonlyArray<Body> = [
      seriesFeeBody(),
      without(seriesFeeBody(), "id"),
      seriesFeeBody({ fee_multiplier: 0.75 }),
      seriesFeeBody({ scheduled_ts: "2026-11-24T15:00:00Z" })
    ]
    const made = rows(ofSeries(...bodies))
    assert.strictEqual(new Set(made.map(({ change }) => change)).size, 4)
    assert.isNull(made[1]?.change_id)
  })
})

describe("the projection of fee changes", () => {
  it("reads the two listings", () => {
    const read = ["GET /series/fee_changes", "GET /events/fee_changes"]
    assert.deepStrictEqual(
      read.filter((endpoint) => fees.reads(observe({}, { endpoint }))),
      read
    )
    assert.deepStrictEqual(endpointsRead(fees, observe({})), [])
  })

  it("keeps nothing of a change with an unreadable fee or time, and reports it", () => {
    const bad = [{ fee_type: null }, { fee_multiplier: "1" }, { scheduled_ts: "soon" }, { series_ticker: "" }]
    const page = ofSeries(...bad.map((but) => seriesFeeBody(but)), seriesFeeBody())
    assert.strictEqual(rows(page).length, 1)
    assert.deepStrictEqual(
      fees.project(new Reading(page)).problems.map(({ path }) => path),
      [
        "series_fee_change_arr[0].fee_type",
        "series_fee_change_arr[1].fee_multiplier",
        "series_fee_change_arr[2].scheduled_ts",
        "series_fee_change_arr[3].series_ticker"
      ]
    )
  })
})
