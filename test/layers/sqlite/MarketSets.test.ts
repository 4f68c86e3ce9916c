/** The sets of markets that feeds ask about one by one, from tables that real answers filled. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { isoMicros, slotText } from "../../../src/domain/units/time.ts"
import * as SqliteMarketSets from "../../../src/layers/sqlite/MarketSets.ts"
import { type MarketSetQuery, MarketSets } from "../../../src/services/MarketSets.ts"
import { eventBody, stringsMarket } from "../../domain/read/wire/bodies.ts"
import { tablesIn, tell } from "../projector/support.ts"
import { answer, raw, SLOT, scopedFolder } from "./support.ts"

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400]
const utf8 = new TextEncoder()
const time = (seconds: number) => isoMicros(seconds * 1_000_000)

/** A market of this name, traded and open for days, unless a test says otherwise. */
const market = (ticker: string, but: Readonly<Record<string, unknown>> = {}) =>
  stringsMarket({
    ticker,
    settlement_ts: null,
    mve_collection_ticker: null,
    close_time: time(SLOT + 9 * DAY),
    ...but
  })

const quiet = { volume_fp: "0.00", open_interest_fp: "0.00" }

const listing = (feed: string, slot: number, page: number, markets: ReadonlyArray<unknown>) =>
  answer(page, {
    feed,
    slot,
    observedAt: isoMicros((slot + 2 + page) * 1_000_000),
    body: utf8.encode(JSON.stringify({ cursor: "", markets }))
  })

const marketSets = (
  use: (of: {
    readonly heard: (
      feed: string,
      slot: number,
      status: "complete" | "failed",
      ...pages: ReadonlyArray<ReadonlyArray<unknown>>
    ) => Effect.Effect<void, unknown>
    readonly told: (observation: ReturnType<typeof answer>) => Effect.Effect<void, unknown>
    readonly names: (
      of: Partial<MarketSetQuery> & Pick<MarketSetQuery, "marketSet">
    ) => Effect.Effect<ReadonlyArray<string>, unknown>
  }) => Effect.Effect<void, unknown>
) =>
  Effect.gen(function* () {
    const folder = yield* scopedFolder
    const layer = SqliteMarketSets.layer.pipe(Layer.provideMerge(tablesIn(folder)))
    yield* Effect.gen(function* () {
      const sets = yield* MarketSets
      const context = yield* Effect.context<Layer.Layer.Success<typeof layer>>()
      yield* use({
        heard: (feed, slot, status, ...pages) =>
          Effect.sync(() =>
            raw(folder, (database) =>
              database
                .prepare(
                  `INSERT INTO collection_runs (feed, slot, interval, started_at, finished_at, status, pages, items)
                   VALUES (?, ?, 900, ?, ?, ?, 1, 1)`
                )
                .run(feed, slotText(slot), time(slot + 1), time(slot + 30), status)
            )
          ).pipe(
            Effect.zipRight(tell(...pages.map((markets, page) => listing(feed, slot, page, markets)))),
            Effect.provide(context)
          ),
        told: (observation) => Effect.provide(tell(observation), context),
        names: (of) => sets.tickers({ feed: "any", slot: SLOT, watermark: undefined, ...of })
      })
    }).pipe(Effect.provide(layer))
  })

describe("the set of open markets", () => {
  it.scoped("is the newest listing; `liquid` leaves out markets without volume and open interest", () =>
    marketSets(({ heard, names }) =>
      Effect.gen(function* () {
        yield* heard("markets", SLOT - 900, "complete", [market("GONE"), market("OLD")])
        yield* heard(
          "markets",
          SLOT,
          "complete",
          [market("OLD"), market("QUIET", quiet)],
          [market("HELD", { ...quiet, open_interest_fp: "0.01" })]
        )
        assert.deepStrictEqual(yield* names({ marketSet: "open" }), ["HELD", "OLD", "QUIET"])
        assert.deepStrictEqual(yield* names({ marketSet: "liquid" }), ["HELD", "OLD"])
      })
    )
  )

  it.scoped("takes the missing part of an interrupted listing from the complete one before it", () =>
    marketSets(({ heard, names }) =>
      Effect.gen(function* () {
        yield* heard("markets", SLOT - 1800, "complete", [market("BEFORE"), market("TAIL")])
        yield* heard("combos", SLOT - 1800, "complete", [
          market("COMBO", { mve_collection_ticker: "KXMVE" }),
          market("COMBO-SHUT", { mve_collection_ticker: "KXMVE", status: "closed", close_time: time(SLOT) })
        ])
        yield* heard("markets", SLOT - 900, "complete", [market("TAIL"), market("SHUT")])
        yield* heard("markets", SLOT, "failed", [market("NEW")])
        yield* heard("states", SLOT, "complete", [market("SHUT", { status: "closed" })])
        assert.deepStrictEqual(yield* names({ marketSet: "open" }), ["NEW", "TAIL"])
        assert.deepStrictEqual(
          yield* names({ marketSet: "unlisted" }),
          ["BEFORE"],
          "what a cut-short listing does not name has not left it"
        )
      })
    )
  )

  it.scoped("is every market described as open, if there is no listing", () =>
    marketSets(({ heard, names }) =>
      Effect.gen(function* () {
        yield* heard("sync-markets", SLOT, "complete", [market("A"), market("B", { status: "closed" })])
        assert.deepStrictEqual(yield* names({ marketSet: "open" }), ["A"])
        assert.deepStrictEqual(yield* names({ marketSet: "unlisted" }), [])
      })
    )
  )
})

describe("the set of markets that traded since the last walk", () => {
  it.scoped(
    "has those whose last candle was unfinished then, and those that no later answer shows as closed",
    () =>
      marketSets(({ heard, names }) =>
        Effect.gen(function* () {
          const closed = (ticker: string, at: number, status = "closed") =>
            market(ticker, { status, close_time: time(at) })
          const watermark = SLOT - DAY
          yield* heard("markets", SLOT - 900, "complete", [market("LEFT"), market("STAYS")])
          yield* heard("markets", SLOT, "complete", [market("STAYS"), market("QUIET", quiet)])
          yield* heard("settlements", SLOT, "complete", [
            closed("SINCE", watermark + HOUR, "finalized"),
            closed("JUST-BEFORE", watermark - MINUTE),
            closed("A-DAY-BEFORE", watermark - 24 * HOUR),
            closed("LONG-BEFORE", watermark - 26 * HOUR),
            market("PAUSED", { status: "inactive" }),
            market("UNBORN", { status: "initialized" })
          ])
          const expected = ["A-DAY-BEFORE", "JUST-BEFORE", "LEFT", "PAUSED", "SINCE", "STAYS"]
          assert.deepStrictEqual(yield* names({ marketSet: "liquidOrJustClosed", watermark }), expected)
          assert.deepStrictEqual(
            yield* names({ marketSet: "liquidOrJustClosed" }),
            expected,
            "a first walk goes back a day too"
          )
        })
      )
  )
})

describe("the set of a whole exchange", () => {
  it.scopedLive(
    "looks up each market by its key, since a plan that is quadratic in the markets takes a minute",
    () =>
      marketSets(({ heard, names }) =>
        Effect.gen(function* () {
          const all = Array.from({ length: 8000 }, (_, n) => market(`M-${n}`, n % 2 === 0 ? {} : quiet))
          yield* heard("markets", SLOT, "complete", all)
          for (const [marketSet, size] of [
            ["open", 8000],
            ["liquid", 4000],
            ["liquidOrJustClosed", 4000]
          ] as const) {
            const [took, found] = yield* Effect.timed(names({ marketSet }))
            assert.strictEqual(found.length, size)
            // This takes about 30 ms; a scan of the slot for each market takes many seconds.
            assert.isBelow(Duration.toSeconds(took), 1.5, marketSet)
          }
        })
      )
  )
})

describe("the set of events that are not on record", () => {
  it.scoped("has the events of markets seen in the last day, except combos and events without a market", () =>
    marketSets(({ heard, names, told }) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* names({ marketSet: "withoutEvent" }), [])
        const of = (event_ticker: string) => ({ event_ticker })
        yield* heard("markets", SLOT - 26 * HOUR, "complete", [market("OLD", of("E-OLD"))])
        yield* heard("markets", SLOT, "complete", [
          market("A1", of("E-A")),
          market("A2", of("E-A")),
          market("B", of("E-B")),
          market("COMBO", { ...of("E-COMBO"), mve_collection_ticker: "KXMVE" }),
          market("NONE", of(""))
        ])
        assert.deepStrictEqual(yield* names({ marketSet: "withoutEvent" }), ["E-A", "E-B"])
        yield* told(
          answer(9, {
            feed: "events",
            endpoint: "GET /events",
            body: utf8.encode(JSON.stringify({ events: [eventBody({ event_ticker: "E-A", markets: [] })] }))
          })
        )
        assert.deepStrictEqual(yield* names({ marketSet: "withoutEvent" }), ["E-B"])
      })
    )
  )
})

describe("the set of markets that no listing holds", () => {
  it.scoped("has markets that left the listing of open or of closed markets in the last day", () =>
    marketSets(({ heard, names }) =>
      Effect.gen(function* () {
        const is = (status: string) => ({ status })
        yield* heard("markets", SLOT - 26 * HOUR, "complete", [market("LONG-GONE")])
        yield* heard("markets", SLOT - 1800, "complete", [
          market("VANISHED"),
          market("SHUT"),
          market("SETTLED"),
          market("OPEN")
        ])
        yield* heard("states", SLOT - 1800, "complete", [
          market("DETERMINED", is("determined")),
          market("STILL-CLOSED", is("closed")),
          market("PURGED", is("inactive")),
          market("UNBORN", is("initialized"))
        ])
        yield* heard("markets", SLOT - 900, "complete", [market("OPEN")])
        yield* heard("states", SLOT - 900, "complete", [
          market("STILL-CLOSED", is("closed")),
          market("SHUT", is("closed"))
        ])
        yield* heard("settlements", SLOT - 900, "complete", [market("SETTLED", is("finalized"))])
        yield* heard("markets", SLOT, "complete", [market("OPEN")])
        // The states of this slot are about to be requested, and their last walk held the market.
        assert.deepStrictEqual(yield* names({ marketSet: "unlisted" }), ["DETERMINED", "PURGED", "VANISHED"])
      })
    )
  )
})
