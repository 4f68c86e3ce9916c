/** The parts of items with unreadable fields that the tables keep, and their rows in quarantine. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { stringsBook, stringsTrade } from "../../domain/read/wire/tape-bodies.ts"
import { answer, raw, SLOT, scopedFolder } from "../sqlite/support.ts"
import { page } from "./observations.ts"
import { rebuild, rowsOf, tablesIn, tell, verify } from "./support.ts"

const market = (ticker: string, but = {}) => stringsMarket({ ticker, mve_collection_ticker: null, ...but })
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const slotAfter = (slots: number) => ({ slot: SLOT + slots * 900 })

const quarantine = (folder: string) =>
  rowsOf(
    folder,
    "SELECT seq, projection, item, error, resolved_at FROM quarantine ORDER BY seq, projection, item"
  )

describe("a market with a field that cannot be read", () => {
  it.scoped("keeps its quote in every slot, and the last known value of each unreadable term, or NULL", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        yield* tell(
          page(
            0,
            [market("OLD", { floor_strike: 79.5, rules_primary: "If" }), market("PLAIN")],
            10,
            slotAfter(0)
          )
        )
        const odd = { floor_strike: "79.5", rules_primary: 7, title: "new" }
        yield* tell(page(1, [market("OLD", odd), market("NEW", odd), market("PLAIN")], 20, slotAfter(1)))
        yield* tell(page(2, [market("OLD", { ...odd, title: "newer" })], 30, slotAfter(2)))
        yield* verify
      }).pipe(Effect.provide(tablesIn(folder)))
      const terms = () =>
        rowsOf(folder, "SELECT ticker, floor_strike, rules_primary, title FROM markets ORDER BY ticker")
      assert.deepStrictEqual(terms(), [
        { ticker: "NEW", floor_strike: null, rules_primary: null, title: "new" },
        { ticker: "OLD", floor_strike: 79.5, rules_primary: "If", title: "newer" },
        {
          ticker: "PLAIN",
          floor_strike: 1.5,
          rules_primary: "If it rains",
          title: "Will it rain more than 1 inch?"
        }
      ])
      assert.deepStrictEqual(
        rowsOf(folder, "SELECT ticker, count(yes_bid) AS quotes FROM price_snapshots GROUP BY 1 ORDER BY 1"),
        [
          { ticker: "NEW", quotes: 1 },
          { ticker: "OLD", quotes: 3 },
          { ticker: "PLAIN", quotes: 2 }
        ]
      )
      const kept = terms()
      yield* Effect.provide(rebuild, tablesIn(folder))
      assert.deepStrictEqual(terms(), kept)
    })
  )

  it.scoped(
    "is in quarantine once for each field, however many slots follow, and again after it is resolved",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        const odd = [
          market("A", { floor_strike: "79.5", close_time: 5 }),
          market("B", { yes_bid_dollars: 1 })
        ]
        const items = () => quarantine(folder).map(({ item, seq }) => [seq, item])
        const expected = [
          [1, "A.close_time"],
          [1, "A.floor_strike"],
          [1, "B.yes_bid_dollars"]
        ]
        // A database that is opened again has no memory of its earlier rows of quarantine.
        for (const index of [0, 1, 2])
          yield* Effect.provide(tell(page(index, odd, 10, slotAfter(index))), tablesIn(folder))
        assert.deepStrictEqual(items(), expected)
        yield* Effect.provide(rebuild, tablesIn(folder))
        assert.deepStrictEqual(items(), expected)
        yield* Effect.provide(verify, tablesIn(folder))
        raw(folder, (database) =>
          database.exec("UPDATE quarantine SET resolved_at = '2026-12-01' WHERE item = 'A.floor_strike'")
        )
        yield* Effect.provide(tell(page(3, odd, 10, slotAfter(3))), tablesIn(folder))
        assert.deepStrictEqual(items(), [...expected, [4, "A.floor_strike"]])
      })
  )
})

describe("a lost item", () => {
  it.scoped("has a row in every answer, with the number of items that are alike", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const nameless = { ...market("A"), ticker: 7 }
      yield* Effect.gen(function* () {
        yield* tell(page(0, [nameless, nameless, market("B"), nameless], 10), page(1, [nameless], 20))
        yield* verify
      }).pipe(Effect.provide(tablesIn(folder)))
      assert.deepStrictEqual(
        quarantine(folder).map(({ error, item, seq }) => [seq, item, String(error).split("found ")[1]]),
        [
          [1, "markets[0].ticker", "7, and 2 more like it in this answer"],
          [2, "markets[0].ticker", "7"]
        ]
      )
      assert.deepStrictEqual(rowsOf(folder, "SELECT ticker FROM markets"), [{ ticker: "B" }])
    })
  )

  it.scoped("can be a book with a bad level, under the name of its market", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const bad = { ...stringsBook, yes_dollars: [["0.0100", "12.00"], ["0.0200"]] }
      const body = json({
        orderbooks: [
          { ticker: "GOOD", orderbook_fp: stringsBook },
          { ticker: "BAD", orderbook_fp: bad },
          { ticker: "WORSE", orderbook_fp: bad }
        ]
      })
      const books = (index: number) =>
        answer(index, { feed: "orderbooks", endpoint: "GET /markets/orderbooks", body, ...slotAfter(index) })
      yield* Effect.provide(tell(books(0), books(1)), tablesIn(folder))
      assert.deepStrictEqual(rowsOf(folder, "SELECT DISTINCT ticker FROM orderbook_snapshots"), [
        { ticker: "GOOD" }
      ])
      assert.deepStrictEqual(
        quarantine(folder).map(({ error, seq }) => [seq, /\((\w+)\)/.exec(String(error))?.[1]]),
        [
          [1, "BAD"],
          [1, "WORSE"],
          [2, "BAD"],
          [2, "WORSE"]
        ]
      )
    })
  )
})

describe("a listing of open markets", () => {
  it.scoped("with markets of another status makes no quotes of them, and quarantine names them", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const over = market("OVER", { status: "finalized", result: "yes" })
      yield* Effect.provide(
        tell(page(0, [market("A"), over, market("LATE", { status: "closed" })], 10)),
        tablesIn(folder)
      )
      assert.deepStrictEqual(rowsOf(folder, "SELECT ticker FROM price_snapshots"), [{ ticker: "A" }])
      assert.strictEqual(rowsOf(folder, "SELECT ticker FROM markets").length, 3)
      assert.deepStrictEqual(
        quarantine(folder).map(({ item, projection }) => [projection, item]),
        [
          ["price_snapshots", "LATE.status"],
          ["price_snapshots", "OVER.status"]
        ]
      )
    })
  )
})

describe("combos", () => {
  const legs = [
    { event_ticker: "KXA", market_ticker: "KXA-T1", side: "yes" },
    { event_ticker: "KXB", market_ticker: "KXB-T1", side: "no", yes_settlement_value_dollars: "0.0690" }
  ]
  const combo = (but = {}) => stringsMarket({ ticker: "COMBO", mve_selected_legs: legs, ...but })
  const ofCombos = (index: number, slots: number, ...markets: ReadonlyArray<unknown>) =>
    page(index, markets, 10, {
      feed: "combos",
      request: "/markets?limit=1000&mve_filter=only&status=open",
      ...slotAfter(slots)
    })

  it.scoped(
    "have quotes from their own listing, one for each slot if the markets' listing has them too",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        yield* Effect.gen(function* () {
          yield* tell(ofCombos(0, 0, combo()), ofCombos(1, 1, combo({ yes_bid_dollars: "0.0100" })))
          yield* tell(page(2, [combo({ yes_bid_dollars: "0.0200" })], 20, slotAfter(1)))
          yield* verify
        }).pipe(Effect.provide(tablesIn(folder)))
        assert.deepStrictEqual(
          rowsOf(folder, "SELECT snapshot_time, yes_bid FROM price_snapshots ORDER BY snapshot_time"),
          [
            { snapshot_time: "2026-11-22T12:15:00Z", yes_bid: 6.9 },
            { snapshot_time: "2026-11-22T12:30:00Z", yes_bid: 2 }
          ]
        )
      })
  )

  it.scoped("have legs, which stay if a later answer has unreadable ones", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const tellAll = (index: number, but: object) =>
        Effect.provide(
          tell(ofCombos(index, index, combo(but), market("PLAIN", { mve_selected_legs: undefined }))),
          tablesIn(folder)
        )
      const expected = [
        {
          ticker: "COMBO",
          leg: 1,
          leg_event_ticker: "KXA",
          leg_ticker: "KXA-T1",
          side: "yes",
          yes_settlement_value: null
        },
        {
          ticker: "COMBO",
          leg: 2,
          leg_event_ticker: "KXB",
          leg_ticker: "KXB-T1",
          side: "no",
          yes_settlement_value: 6.9
        }
      ]
      const stored = () => rowsOf(folder, "SELECT * FROM combo_legs ORDER BY ticker, leg")
      yield* tellAll(0, {})
      assert.deepStrictEqual(stored(), expected)
      yield* tellAll(1, { title: "odd", mve_selected_legs: [legs[0], { market_ticker: 7 }] })
      assert.deepStrictEqual(stored(), expected)
      assert.deepStrictEqual(
        quarantine(folder).map(({ item }) => item),
        ["COMBO.mve_selected_legs"]
      )
    })
  )
})

describe("a trade", () => {
  it.scoped("is one row by its id, at the most exact of its times, or at the last one if they differ", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const told = (index: number, endpoint: string, created_time: string) =>
        answer(index, {
          feed: "trades",
          endpoint,
          body: json({ trades: [stringsTrade({ created_time }), stringsTrade({ trade_id: "other" })] })
        })
      const times = () => rowsOf(folder, "SELECT created_time FROM trades WHERE trade_id <> 'other'")
      yield* Effect.gen(function* () {
        for (const [index, time] of ["00Z", "00.123Z", "00.123456Z", "00.123Z", "00Z"].entries())
          yield* tell(told(index, "GET /markets/trades", `2026-11-22T12:15:${time}`))
        assert.deepStrictEqual(times(), [{ created_time: "2026-11-22T12:15:00.123456Z" }])
        yield* tell(told(5, "GET /markets/trades", "2026-11-22T12:14:59.999600Z"))
        yield* tell(told(6, "GET /historical/trades", "2026-11-22T12:15:00Z"))
        yield* verify
      }).pipe(Effect.provide(tablesIn(folder)))
      assert.deepStrictEqual(times(), [{ created_time: "2026-11-22T12:15:00.000000Z" }])
    })
  )
})
