import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import type { FeedContext } from "../../../src/domain/ask/feed.ts"
import { feeds, sync } from "../../../src/domain/ask/feeds/all.ts"
import { combos } from "../../../src/domain/ask/feeds/combos.ts"
import { settledMarkets } from "../../../src/domain/ask/feeds/settlements.ts"
import { canonicalRequest } from "../../../src/domain/ask/request.ts"
import { projections } from "../../../src/domain/read/projections.ts"
import { slotSeconds } from "../../../src/domain/units/time.ts"
import { observe, SLOT } from "../read/observe.ts"

const context = (but: Partial<FeedContext> = {}): FeedContext => ({
  slot: SLOT,
  begun: SLOT,
  watermark: undefined,
  since: undefined,
  tickers: [],
  ...but
})

const MINUTE = 60
const DAY = 24 * 60 * MINUTE

/** The largest page size; the exchange refuses or cuts a larger page. */
const pageMax: Readonly<Record<string, number>> = {
  "/markets": 1000,
  "/markets/trades": 1000,
  "/events": 200,
  "/events/fee_changes": 100,
  "/events/multivariate": 200
}

/** The keys that are no part of the path. */
const otherKeys = ["series_fee_change_arr", "event_fee_changes"]

const parameters = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.string()), {
  selector: ([name]) => name
})

describe("the canonical request", () => {
  it.prop("does not depend on the order of the parameters", [parameters, fc.integer()], ([pairs, salt]) => {
    const other = [...pairs].sort(([a], [b]) => ((a.length + salt) % 7) - ((b.length + salt) % 7)).reverse()
    const [one, two] = [pairs, other].map((query) =>
      canonicalRequest({ path: "/x", query: Object.fromEntries(query) })
    )
    assert.strictEqual(one, two)
  })

  it.prop("keeps every parameter", [parameters], ([pairs]) => {
    const request = canonicalRequest({ path: "/x", query: Object.fromEntries(pairs) })
    const parsed = new URLSearchParams(request.replace(/^\/x\??/, ""))
    assert.deepStrictEqual(Object.fromEntries(parsed), Object.fromEntries(pairs))
  })

  it("has the form in which the log stores it", () => {
    const query = { status: "open", mve_filter: "exclude", limit: "1000" }
    assert.strictEqual(
      canonicalRequest({ path: "/markets", query }),
      "/markets?limit=1000&mve_filter=exclude&status=open"
    )
    assert.strictEqual(canonicalRequest({ path: "/markets/A", query: {} }), "/markets/A")
  })
})

describe("settlements are asked for", () => {
  const from = (but: Partial<FeedContext>): number =>
    Number(settledMarkets(context(but)).query.min_settled_ts)

  it("from 24 hours back on a first walk, or from the time that the user gives", () => {
    assert.strictEqual(from({}), SLOT - DAY)
    assert.strictEqual(
      from({ since: slotSeconds("2026-11-01T00:00:00Z") }),
      slotSeconds("2026-11-01T00:00:00Z")
    )
  })

  it("from the watermark afterwards, with an overlap longer than the age of a listing and the time of a walk", () => {
    const watermark = SLOT - 3 * 60 * MINUTE
    assert.strictEqual(from({ watermark }), watermark - 15 * MINUTE)
    assert.strictEqual(from({ watermark, since: SLOT - 30 * DAY }), watermark - 15 * MINUTE)
  })

  it("by the same request for the same slot, so that a restart after a crash does not repeat it", () => {
    const again = [1, 2].map(() => canonicalRequest(settledMarkets(context({ watermark: SLOT - 900 }))))
    assert.strictEqual(again[0], again[1])
  })
})

describe.each([...feeds, sync].map((feed) => [feed.name, feed] as const))("the feed %s", (_, feed) => {
  const requests = feed.requests(context())

  it("asks for full pages, but never for larger ones than the exchange serves", () => {
    for (const { path, query } of requests.filter(({ paged }) => paged)) {
      assert.property(pageMax, path)
      assert.strictEqual(Number(query.limit), pageMax[path])
    }
  })

  it("leaves combos out of every listing of markets, unless it lists combos", () => {
    for (const { path, query } of requests)
      if (path === "/markets") assert.strictEqual(query.mve_filter, feed === combos ? "only" : "exclude")
  })

  it("filters by the statuses of requests, which differ from those of answers", () => {
    for (const { query } of requests.filter(({ query }) => query.status !== undefined))
      assert.include(["unopened", "open", "paused", "closed", "settled"], query.status)
  })

  it("names a route that a projection reads, and the key of its items", () => {
    for (const { endpoint, items, path } of requests) {
      assert.strictEqual(endpoint, `GET ${path}`)
      assert.include([...path.split("/"), ...otherKeys, null], items)
      assert.isTrue(projections.some(({ reads }) => reads(observe({}, { endpoint, feed: feed.name }))))
    }
  })

  it("declares how far back it asks, wherever it begins", () => {
    const starts = [{}, { since: SLOT - 70 * DAY }, { watermark: SLOT - 70 * DAY }]
    for (const but of starts.map((one) => context({ ...one, tickers: ["A"] }))) {
      const asked = feed
        .requests(but)
        .flatMap(({ query }) => query.min_ts ?? query.min_settled_ts ?? query.start_ts ?? [])
        .map(Number)
      const reach = feed.reach?.(but)
      // Settled combos are requested too, but no backfill by time includes combos.
      if (feed !== combos)
        assert.strictEqual(reach?.from, asked.length === 0 ? undefined : Math.min(...asked))
    }
  })

  it("makes each request once", () => {
    const keys = requests.map(canonicalRequest)
    assert.strictEqual(new Set(keys).size, keys.length)
  })
})

it("every feed has a unique name, an interval and a description", () => {
  const names = [...feeds, sync].map(({ name }) => name)
  assert.strictEqual(new Set(names).size, names.length)
  for (const { about, everySeconds } of feeds) {
    assert.isAbove(about.length, 0)
    assert.isTrue(Number.isInteger(everySeconds) && everySeconds >= MINUTE)
  }
})
