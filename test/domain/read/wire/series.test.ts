import { assert, describe, it } from "@effect/vitest"
import { unread } from "../../../../src/domain/read/field.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import type { Series } from "../../../../src/domain/read/series/wire.ts"
import { series } from "../../../../src/domain/read/series/wire.ts"
import { observe } from "../observe.ts"
import { without } from "./bodies.ts"
import { seriesBody } from "./other-bodies.ts"

const read = (body: unknown) => new Reading(observe(body)).items(series)
const decoded = (body: unknown): Series => read({ series: body }).items[0] ?? assert.fail("no series")

describe("a series", () => {
  it("has every field that was sent, lists as JSON text", () => {
    assert.deepStrictEqual(decoded(seriesBody()), {
      seriesTicker: "KXRAIN",
      title: "Rain in New York",
      category: "Climate and Weather",
      categories: '["Climate and Weather","Science"]',
      tags: '["Rain"]',
      frequency: "daily",
      feeType: "quadratic",
      feeMultiplier: 0.5,
      contractUrl: "https://example.org/contract.pdf",
      contractTermsUrl: "https://example.org/terms.pdf",
      settlementSources: '[{"name":"NWS","url":"https://weather.gov"}]',
      additionalProhibitions: '["No meteorologists."]',
      productMetadata: '{"scope":"Games"}',
      volume: 1_234_500_000,
      lastUpdatedTime: "2026-07-06T15:36:55.418220Z",
      exchangeIndex: 2
    })
  })

  it("keeps an empty list, null and an absent field distinct", () => {
    assert.strictEqual(decoded(seriesBody({ tags: [] })).tags, "[]")
    assert.isNull(decoded(seriesBody({ tags: null })).tags)
    assert.isUndefined(decoded(without(seriesBody(), "categories")).categories)
    assert.strictEqual(decoded(seriesBody({ fee_multiplier: 0 })).feeMultiplier, 0)
  })

  it("may have a fee of an unknown kind", () => {
    assert.strictEqual(
      decoded(seriesBody({ fee_type: "margin_market_maker" })).feeType,
      "margin_market_maker"
    )
  })

  it("is read from a list, or alone under the same key", () => {
    assert.strictEqual(read({ series: [seriesBody(), seriesBody({ ticker: "B" })] }).items.length, 2)
    assert.strictEqual(read({ series: seriesBody() }).items.length, 1)
    assert.deepStrictEqual(read({ series: null }), { items: [], problems: [] })
  })

  it("is reported with its path if it does not decode", () => {
    const { items, problems } = read({
      series: [seriesBody({ ticker: 7 }), seriesBody({ tags: "Rain" }), seriesBody(), null]
    })
    assert.deepStrictEqual(
      items.map(({ tags }) => tags),
      [unread, '["Rain"]']
    )
    assert.deepStrictEqual(
      problems.map(({ path }) => path),
      ["series[0].ticker", "series[1].tags", "series[3]"]
    )
    assert.deepStrictEqual(
      read({ list: [] }).problems.map(({ path }) => path),
      ["body"]
    )
  })
})
