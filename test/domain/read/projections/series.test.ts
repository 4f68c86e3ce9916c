import { assert, describe, it } from "@effect/vitest"
import { series } from "../../../../src/domain/read/series/projection.ts"
import * as tables from "../../../../src/domain/read/series/table.ts"
import { observe } from "../observe.ts"
import { seriesBody } from "../wire/other-bodies.ts"
import { endpointsRead, rowsIn, rowsOf } from "./rows.ts"

const listing = (body: unknown) =>
  observe(body, { endpoint: "GET /series", feed: "series", request: "/series" })

describe("a row of series", () => {
  it("holds every field of the series, lists as JSON text", () => {
    assert.deepStrictEqual(rowsIn(series, "series_rows", listing({ series: [seriesBody()] })), [
      {
        series_ticker: "KXRAIN",
        title: "Rain in New York",
        category: "Climate and Weather",
        categories: '["Climate and Weather","Science"]',
        tags: '["Rain"]',
        frequency: "daily",
        fee_type: "quadratic",
        fee_multiplier: 0.5,
        contract_url: "https://example.org/contract.pdf",
        contract_terms_url: "https://example.org/terms.pdf",
        settlement_sources: '[{"name":"NWS","url":"https://weather.gov"}]',
        additional_prohibitions: '["No meteorologists."]',
        product_metadata: '{"scope":"Games"}',
        volume: 1234.5,
        last_updated_ts: "2026-07-06T15:36:55.418220Z",
        exchange_index: 2
      }
    ])
  })

  it("has NULL for a null or absent field", () => {
    const [bare = {}] = rowsIn(series, "series_rows", listing({ series: { ticker: "S", tags: null } }))
    assert.deepStrictEqual(
      Object.entries(bare).filter(([, value]) => value !== null),
      [["series_ticker", "S"]]
    )
  })

  it("has the columns of the table that users see", () => {
    const shown = Object.keys(tables.series.columns).filter((column) => column !== "observed_at")
    assert.deepStrictEqual(series.tables[0]?.columns, shown)
  })
})

describe("the projection of series", () => {
  it("reads the listing and a single series in the same way", () => {
    assert.deepStrictEqual(endpointsRead(series, listing({})), ["GET /series"])
    const alone = observe({ series: seriesBody() }, { endpoint: "GET /series/{series_ticker}" })
    assert.deepStrictEqual(rowsOf(series, alone), rowsOf(series, listing({ series: [seriesBody()] })))
    assert.deepStrictEqual(rowsOf(series, alone)[0]?.final, [false])
  })
})
