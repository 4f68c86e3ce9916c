import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { MarketJson } from "../../src/simulator/wire/wire.ts"
import { type EventsPage, exchange, get, json, type MarketsPage, NOON, tickers, walk } from "./support.ts"

const HOUR = 3_600_000
const SECONDS = NOON / 1000

const sorted = (names: ReadonlyArray<string>) => [...names].sort()
const unique = (names: ReadonlyArray<string>) => [...new Set(names)]

describe("/markets", () => {
  it.scopedLive("lists exactly the open markets, newest first, each once", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const walked = yield* walk(x, "status=open&mve_filter=exclude&limit=37")
      const truth = x.universe.openAt(NOON).filter((market) => !market.combo)
      assert.deepStrictEqual(sorted(tickers(walked)), sorted(tickers(truth)))
      const created = walked.map((market) => Date.parse(market.created_time))
      assert.deepStrictEqual(
        created,
        [...created].sort((a, b) => b - a)
      )
      for (const market of walked) assert.deepStrictEqual(market, x.universe.marketAt(market.ticker, NOON))
    })
  )

  it.scopedLive("returns the same bytes for the same seed and time, and others for another seed", () =>
    Effect.gen(function* () {
      const path = "/markets?limit=1000"
      const [one, two, other] = [yield* exchange(), yield* exchange(), yield* exchange({ seed: 8 })]
      const first = yield* get(one, path)
      assert.strictEqual((yield* get(two, path)).text, first.text)
      assert.notStrictEqual((yield* get(other, path)).text, first.text)
    })
  )

  it.scopedLive("returns the same whether it has run for hours or was just started", () =>
    Effect.gen(function* () {
      // Two and a half hours pass while the first exchange runs for a moment.
      const later = NOON + 14 * HOUR
      const [ran, started] = [yield* exchange({ speed: 1e7 }), yield* exchange({ startsAt: later })]
      while ((yield* ran.now) < later) yield* Effect.sleep("1 millis")
      const names = (ms: number) => sorted(tickers(ran.universe.openAt(ms)))
      assert.deepStrictEqual(names(later), sorted(tickers(yield* walk(started, "status=open&limit=1000"))))
    })
  )

  it.scopedLive(
    "keeps a walk's pages in place while markets open, and drops rows that no longer match the filter",
    () =>
      Effect.gen(function* () {
        // A minute and a half passes in every millisecond: markets open and close between any two pages.
        const x = yield* exchange({ markets: 2000, speed: 90_000 })
        const begun = yield* x.now
        const walked = yield* walk(x, "status=open&mve_filter=exclude&limit=200", Effect.sleep("5 millis"))
        const ended = yield* x.now
        const names = tickers(walked)
        assert.strictEqual(unique(names).length, names.length)
        const atStart = new Set(tickers(x.universe.openAt(begun)))
        const stillOpen = x.universe
          .openAt(ended)
          .filter((market) => !market.combo && atStart.has(market.ticker))
        const seen = new Set(names)
        const lost = stillOpen.filter(
          (market) => !seen.has(market.ticker) && market.pausedFromUs >= market.closeUs
        )
        assert.deepStrictEqual(tickers(lost), [])
      })
  )

  it.scopedLive("filters by event, series and tickers; unknown tickers are absent", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const all = yield* walk(x, "limit=1000")
      const [some] = all.filter((market) => market.strike_type === "between")
      const event = some?.event_ticker ?? ""
      const series = event.slice(0, event.indexOf("-"))
      const ofEvent = yield* walk(x, `event_ticker=${event}`)
      assert.deepStrictEqual(unique(ofEvent.map((market) => market.event_ticker)), [event])
      assert.strictEqual(ofEvent.length, all.filter((market) => market.event_ticker === event).length)
      const ofSeries = yield* walk(x, `series_ticker=${series}&limit=1000`)
      assert.strictEqual(
        ofSeries.length,
        all.filter((one) => one.event_ticker.startsWith(`${series}-`)).length
      )
      const [a, b] = [all[3]?.ticker ?? "", all[200]?.ticker ?? ""]
      assert.deepStrictEqual(sorted(tickers(yield* walk(x, `tickers=${a},KXNONE-1,${b}`))), sorted([a, b]))
      assert.deepStrictEqual(yield* walk(x, "event_ticker=KXNONE-26"), [])
    })
  )

  it.scopedLive("accepts the statuses of requests, which are not those of answers", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 3000 })
      const statuses = (word: string) =>
        Effect.map(walk(x, `status=${word}&limit=1000`), (rows) => new Set(rows.map((row) => row.status)))
      assert.deepStrictEqual(yield* statuses("unopened"), new Set(["initialized"]))
      assert.deepStrictEqual(yield* statuses("open"), new Set(["active"]))
      assert.deepStrictEqual(yield* statuses("paused"), new Set(["inactive"]))
      assert.deepStrictEqual(yield* statuses("settled"), new Set(["finalized"]))
      const closed = yield* statuses("closed")
      assert.isTrue(closed.has("closed") && closed.has("determined"))
      assert.isFalse(closed.has("finalized") || closed.has("active"))
    })
  )

  it.scopedLive("lists combos unless they are excluded", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const isCombo = (market: MarketJson) => market.mve_collection_ticker !== undefined
      const combos = yield* walk(x, "status=open&mve_filter=only")
      assert.isAbove(combos.length, 0)
      assert.isTrue(
        combos.every((one) => isCombo(one) && one.is_provisional === true && one.ticker.startsWith("KXMVE"))
      )
      const rest = yield* walk(x, "status=open&mve_filter=exclude&limit=1000")
      const both = yield* walk(x, "status=open&limit=1000")
      assert.isFalse(rest.some(isCombo))
      assert.strictEqual(both.length, combos.length + rest.length)
    })
  )

  it.scopedLive("lists markets settled since a time, by closing time, newest first", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 2000 })
      const since = SECONDS - 2 * 3600
      const rows = yield* walk(x, `status=settled&min_settled_ts=${since}&mve_filter=exclude&limit=50`)
      const truth = x.universe.settledBetween(since * 1000, NOON + 0.001).filter((one) => !one.combo)
      assert.isAbove(rows.length, 20)
      assert.deepStrictEqual(sorted(tickers(rows)), sorted(tickers(truth)))
      const closes = rows.map((row) => Date.parse(row.close_time))
      assert.deepStrictEqual(
        closes,
        [...closes].sort((a, b) => b - a)
      )
      const day = yield* walk(
        x,
        `status=settled&min_settled_ts=${SECONDS - 86_400}&mve_filter=exclude&limit=1000`
      )
      const lastDay = x.universe.settledBetween(NOON - 24 * HOUR, NOON).filter((one) => !one.combo)
      assert.strictEqual(day.length, lastDay.length)
      assert.isTrue(
        day.some((row) => row.result === "scalar" && !/^[01]\.0000$/.test(row.settlement_value_dollars ?? ""))
      )
    })
  )

  it.scopedLive("filters by the times of creation, close and metadata", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const between = (
        rows: ReadonlyArray<MarketJson>,
        key: "created_time" | "close_time" | "updated_time"
      ) => rows.map((row) => Date.parse(row[key]) / 1000 - SECONDS)
      const created = yield* walk(
        x,
        `status=open&min_created_ts=${SECONDS - 86_400}&max_created_ts=${SECONDS - 3600}`
      )
      assert.isTrue(
        between(created, "created_time").every((s) => s >= -86_400 && s <= -3600) && created.length > 0
      )
      const closing = yield* walk(x, `status=open&min_close_ts=${SECONDS}&max_close_ts=${SECONDS + 86_400}`)
      assert.isTrue(between(closing, "close_time").every((s) => s >= 0 && s <= 86_400) && closing.length > 0)
      const updated = yield* walk(x, `min_updated_ts=${SECONDS - 1800}&mve_filter=exclude`)
      assert.isTrue(between(updated, "updated_time").every((s) => s >= -1800) && updated.length > 0)
    })
  )

  it.scopedLive("refuses what the exchange refuses, and ignores unknown parameters", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const refused = [
        "status=finalized",
        "status=open,closed",
        "limit=0",
        "limit=1001",
        "limit=ten",
        "cursor=nonsense",
        "mve_filter=none",
        `min_created_ts=1&min_close_ts=1`,
        "status=settled&min_created_ts=1",
        "status=settled&min_close_ts=1",
        "status=open&min_settled_ts=1",
        "status=open&min_updated_ts=1",
        "series_ticker=KXBTC&min_updated_ts=1",
        "min_settled_ts=yesterday"
      ]
      for (const query of refused) {
        const got = yield* get(x, `/markets?${query}`)
        assert.strictEqual(got.status, 400, query)
        assert.deepInclude(JSON.parse(got.text).error, { code: "bad_request", message: "bad request" })
      }
      assert.strictEqual(
        (yield* get(x, "/markets?status=finalized")).text,
        '{"error":{"code":"bad_request","message":"bad request","details":"invalid status filter"}}'
      )
      const typo = yield* get(x, "/markets?ticker=KXNONE")
      assert.strictEqual(typo.text, (yield* get(x, "/markets")).text)
      assert.strictEqual((JSON.parse(typo.text) as MarketsPage).markets.length, 100)
      assert.strictEqual(
        (yield* get(x, "/markets?series_ticker=KXBTC&min_updated_ts=1&mve_filter=exclude")).status,
        200
      )
    })
  )
})

describe("/events", () => {
  it.scopedLive(
    "lists every event with an open market except combos, with nested markets as they are alone",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange()
        const events: Array<EventsPage["events"][number]> = []
        let cursor = ""
        do {
          const page = yield* json<EventsPage>(
            x,
            `/events?status=open&with_nested_markets=true&limit=20&cursor=${cursor}`
          )
          events.push(...page.events)
          cursor = page.cursor
        } while (cursor !== "")
        const open = x.universe.openAt(NOON).filter((market) => !market.combo)
        assert.deepStrictEqual(
          sorted(events.map((event) => event.event_ticker)),
          sorted(unique(open.map((market) => market.event.ticker)))
        )
        for (const market of events.flatMap((event) => event.markets ?? [])) {
          assert.deepStrictEqual(market, x.universe.marketAt(market.ticker, NOON))
        }
      })
  )

  it.scopedLive(
    "matches a status if any market of the event does, and includes markets only on request",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange({ markets: 3000 })
        const page = yield* json<EventsPage>(x, "/events?status=settled&with_nested_markets=true")
        const children = page.events.map((event) => (event.markets ?? []).map((market) => market.status))
        assert.isTrue(children.every((statuses) => statuses.includes("finalized")))
        assert.isTrue(children.some((statuses) => statuses.includes("active") || statuses.includes("closed")))
        const bare = yield* json<EventsPage>(x, "/events?limit=5")
        assert.isTrue(bare.events.every((event) => event.markets === undefined))
        const names = bare.events.slice(1, 3).map((event) => event.event_ticker)
        const named = yield* json<EventsPage>(x, `/events?tickers=${names.join(",")}`)
        assert.deepStrictEqual(sorted(named.events.map((event) => event.event_ticker)), sorted(names))
        assert.strictEqual((yield* get(x, "/events?limit=201")).status, 400)
        assert.strictEqual((yield* get(x, "/events?status=paused")).status, 400)
        const soon = yield* json<EventsPage>(
          x,
          `/events?min_close_ts=${SECONDS + 14 * 86_400}&with_nested_markets=true`
        )
        const latest = soon.events.map((event) =>
          (event.markets ?? []).map((market) => Date.parse(market.close_time))
        )
        assert.isTrue(latest.every((closes) => Math.max(...closes) > NOON + 14 * 24 * HOUR))
      })
  )

  it.scopedLive("returns a single event beside its markets, or around them", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const { events } = yield* json<EventsPage>(x, "/events?limit=1")
      const ticker = events[0]?.event_ticker ?? ""
      const beside = yield* json<{ event: EventsPage["events"][number]; markets: ReadonlyArray<MarketJson> }>(
        x,
        `/events/${ticker}`
      )
      const around = yield* json<typeof beside>(x, `/events/${ticker}?with_nested_markets=true`)
      assert.deepStrictEqual(around.event.markets, beside.markets)
      assert.isUndefined(around.markets)
      assert.isUndefined(beside.event.markets)
    })
  )
})

describe("/events/multivariate", () => {
  it.scopedLive("lists the events of combos, by series or by collection, and no others", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 2000 })
      const path = "/events/multivariate?with_nested_markets=true"
      const events: Array<EventsPage["events"][number]> = []
      let cursor = ""
      do {
        const page = yield* json<EventsPage>(x, `${path}&limit=30&cursor=${cursor}`)
        events.push(...page.events)
        cursor = page.cursor
      } while (cursor !== "")
      const names = events.map((event) => event.event_ticker)
      assert.strictEqual(unique(names).length, names.length)
      const open = x.universe.openAt(NOON).filter((market) => market.combo)
      const listed = new Set(events.flatMap((event) => tickers(event.markets ?? [])))
      assert.isAbove(open.length, 50)
      assert.deepStrictEqual(
        tickers(open).filter((ticker) => !listed.has(ticker)),
        []
      )
      for (const market of events.flatMap((event) => event.markets ?? []).slice(0, 50)) {
        assert.deepStrictEqual(market, x.universe.marketAt(market.ticker, NOON))
        assert.isDefined(market.mve_collection_ticker)
      }
      const collection = events[0]?.markets?.[0]?.mve_collection_ticker ?? ""
      const series = events[0]?.series_ticker ?? ""
      const bySeries = yield* json<EventsPage>(x, `/events/multivariate?series_ticker=${series}`)
      const byCollection = yield* json<EventsPage>(x, `/events/multivariate?collection_ticker=${collection}`)
      assert.strictEqual(bySeries.events.length, 100)
      assert.deepStrictEqual(bySeries, byCollection)
      assert.isUndefined(bySeries.events[0]?.markets)
      const none = yield* json<EventsPage>(x, "/events/multivariate?series_ticker=KXNONE")
      assert.deepStrictEqual(none, { cursor: "", events: [] })
      for (const query of [`series_ticker=${series}&collection_ticker=${collection}`, "limit=201"]) {
        assert.strictEqual((yield* get(x, `/events/multivariate?${query}`)).status, 400)
      }
    })
  )
})
