import { assert, describe, it } from "@effect/vitest"
import { KEPT } from "../../../../src/domain/read/column.ts"
import { events } from "../../../../src/domain/read/events/projection.ts"
import * as tables from "../../../../src/domain/read/events/table.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { observe } from "../observe.ts"
import { type Body, eventBody, stringsMarket } from "../wire/bodies.ts"
import { endpointsRead, rowsIn, rowsOf } from "./rows.ts"

const listing = (...items: ReadonlyArray<Body>) =>
  observe({ events: items }, { endpoint: "GET /events", feed: "events" })

describe("a row of events", () => {
  it("holds every field of the event in the form of the table", () => {
    assert.deepStrictEqual(rowsIn(events, "event_rows", listing(eventBody())), [
      {
        event_ticker: "KXRAIN-26NOV22",
        series_ticker: "KXRAIN",
        title: "How much will it rain?",
        sub_title: "On Nov 22, 2026",
        category: "Climate and Weather",
        mutually_exclusive: 1,
        collateral_return_type: "MECNET",
        strike_date: "2026-11-22T15:00:00.000000Z",
        strike_period: "day",
        last_updated_ts: "2026-11-20T15:00:00.500000Z",
        exchange_index: 2,
        settlement_sources: '[{"name":"NOAA","url":"https://noaa.gov"}]',
        product_metadata: '{"competition":"Rain","competition_scope":"Game"}',
        fee_type_override: "flat",
        fee_multiplier_override: 0.25
      }
    ])
  })

  it("has NULL for a null or absent field, and keeps an empty text and zero", () => {
    const said = eventBody({ title: "", category: null, mutually_exclusive: false, exchange_index: 0 })
    const row = { title: "", category: null, mutually_exclusive: 0, exchange_index: 0 }
    assert.deepInclude(rowsIn(events, "event_rows", listing(said))[0], row)
    const [bare = {}] = rowsIn(events, "event_rows", listing({ event_ticker: "E" }))
    assert.deepStrictEqual(
      Object.entries(bare).filter(([, value]) => value !== null),
      [["event_ticker", "E"]]
    )
  })

  it("has the columns of the table that users see", () => {
    const shown = Object.keys(tables.events.columns).filter((column) => column !== "observed_at")
    assert.deepStrictEqual(events.tables[0]?.columns, shown)
  })
})

describe("the projection of events", () => {
  it("reads the two kinds of answer with events", () => {
    assert.deepStrictEqual(endpointsRead(events, listing()), ["GET /events", "GET /events/{event_ticker}"])
  })

  it("makes the same row of an event alone, with markets and without; no event is final", () => {
    const alone = observe({ event: eventBody(), markets: [] }, { endpoint: "GET /events/{event_ticker}" })
    const nested = listing(eventBody({ markets: [stringsMarket({ status: "finalized" })] }))
    for (const observation of [alone, nested]) {
      assert.deepStrictEqual(rowsOf(events, observation), rowsOf(events, listing(eventBody())))
      assert.deepStrictEqual(rowsOf(events, observation)[0]?.final, [false])
    }
  })

  it("reports events that do not decode, and leaves unreadable markets to the projection of markets", () => {
    const page = listing(eventBody({ markets: [7] }), eventBody({ title: 7 }))
    const { problems } = events.project(new Reading(page))
    assert.deepStrictEqual(
      problems.map(({ path }) => path),
      ["events[1].title"]
    )
    const [whole, odd] = rowsIn(events, "event_rows", page)
    assert.deepStrictEqual(odd, { ...whole, title: KEPT })
  })
})
