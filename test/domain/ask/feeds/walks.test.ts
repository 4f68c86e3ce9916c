/** Feeds that list everything at times, and only the changes in between. */

import { assert, describe, it } from "@effect/vitest"
import type { Feed, FeedContext } from "../../../../src/domain/ask/feed.ts"
import { events } from "../../../../src/domain/ask/feeds/events.ts"
import { exchange } from "../../../../src/domain/ask/feeds/exchange.ts"
import { series } from "../../../../src/domain/ask/feeds/series.ts"
import { canonicalRequest } from "../../../../src/domain/ask/request.ts"
import { slotSeconds } from "../../../../src/domain/units/time.ts"

const asks = (feed: Feed, slot: string, watermark?: string) => {
  const context: FeedContext = {
    slot: slotSeconds(slot),
    begun: slotSeconds(slot),
    watermark: watermark === undefined ? undefined : slotSeconds(watermark),
    since: undefined,
    tickers: []
  }
  return feed.requests(context).map(canonicalRequest)
}

const [MIDNIGHT, BEFORE, NOON] = ["2026-11-22T00:00:00Z", "2026-11-21T23:59:59Z", "2026-11-22T12:00:00Z"]

describe("events", () => {
  const all = ["/events?limit=200&status=open"]

  it("are all listed on a first walk, and in the first walk of each UTC day", () => {
    assert.deepStrictEqual(asks(events, NOON), all)
    assert.deepStrictEqual(asks(events, MIDNIGHT, BEFORE), all)
    assert.deepStrictEqual(asks(events, NOON, "2026-11-01T12:00:00Z"), all)
  })

  it("are otherwise listed by their last change, whatever their status, with an overlap", () => {
    assert.deepStrictEqual(asks(events, NOON, MIDNIGHT), [
      `/events?limit=200&min_updated_ts=${slotSeconds(MIDNIGHT) - 3600}`
    ])
  })
})

describe("series", () => {
  it("come in one answer on a first walk, and later by their last change, with an overlap", () => {
    assert.deepStrictEqual(asks(series, NOON), ["/series"])
    assert.deepStrictEqual(asks(series, NOON, MIDNIGHT), [
      `/series?min_updated_ts=${slotSeconds(MIDNIGHT) - 3600}`
    ])
  })
})

describe("the exchange", () => {
  it("is asked for its status in every slot, and for its schedule once a day", () => {
    assert.deepStrictEqual(asks(exchange, NOON), ["/exchange/status", "/exchange/schedule"])
    assert.deepStrictEqual(asks(exchange, MIDNIGHT, BEFORE), ["/exchange/status", "/exchange/schedule"])
    assert.deepStrictEqual(asks(exchange, NOON, MIDNIGHT), ["/exchange/status"])
  })
})
