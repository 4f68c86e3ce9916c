/**
 * The description of a market that wins: the newest sighting, ties by seq; a finalized one stays finalized.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import { eventBody, stringsMarket } from "../../domain/read/wire/bodies.ts"
import { answer, SLOT, scopedFolder } from "../sqlite/support.ts"
import { page } from "./observations.ts"
import { rowsOf, tablesIn, tell, verify } from "./support.ts"

const utf8 = new TextEncoder()
const TICKER = "KXA-T1"

const market = (title: unknown, but = {}) => stringsMarket({ ticker: TICKER, title, ...but })
const final = (title: unknown, but = {}) => market(title, { status: "finalized", result: "yes", ...but })

const events = (index: number, list: ReadonlyArray<unknown>) =>
  answer(index, {
    feed: "events",
    endpoint: "GET /events",
    body: utf8.encode(JSON.stringify({ events: list }))
  })

/** The one market of a log, recorded in pages with one catch-up for each. */
const marketAfter = (...told: ReadonlyArray<ReturnType<typeof page>>) =>
  Effect.gen(function* () {
    const folder = yield* scopedFolder
    yield* Effect.provide(
      Effect.forEach(told, (one) => tell(one)),
      tablesIn(folder)
    )
    const [row = assert.fail("no market")] = rowsOf(folder, "SELECT * FROM markets")
    const [settlement] = rowsOf(folder, "SELECT * FROM settlements")
    return { row, settlement }
  })

describe("a market", () => {
  it.scoped("is as last observed, whatever its order in the log", () =>
    Effect.gen(function* () {
      const { row } = yield* marketAfter(page(0, [market("second")], 20), page(1, [market("first")], 10))
      assert.include(row, { title: "second", observed_at: "2026-11-22T12:15:00.000020Z" })
    })
  )

  it.scoped("that was observed twice at one moment is as in the later answer of the log", () =>
    Effect.gen(function* () {
      const { row } = yield* marketAfter(page(0, [market("one")], 10), page(1, [market("two")], 10))
      assert.strictEqual(row.title, "two")
    })
  )

  it.scoped("that occurs twice on one page is as in its last occurrence, unless the first is final", () =>
    Effect.gen(function* () {
      const twice = yield* marketAfter(page(0, [market("one"), market("two")], 10))
      assert.strictEqual(twice.row.title, "two")
      const settled = yield* marketAfter(page(0, [final("one"), market("two")], 10))
      assert.include(settled.row, { title: "one", status: "finalized" })
    })
  )

  it.scoped("that has not changed keeps its row, and the time of its last sighting moves", () =>
    Effect.gen(function* () {
      const { row } = yield* marketAfter(page(0, [market("same")], 10), page(1, [market("same")], 30))
      assert.include(row, { title: "same", observed_at: "2026-11-22T12:15:00.000030Z" })
      const back = yield* marketAfter(
        page(0, [market("a")], 10),
        page(1, [market("b")], 20),
        page(2, [market("a")], 30)
      )
      assert.strictEqual(back.row.title, "a")
    })
  )

  it.scoped("that is finalized is not reopened by a listing, newer or older", () =>
    Effect.gen(function* () {
      for (const late of [5, 10, 40]) {
        const { row, settlement } = yield* marketAfter(
          page(0, [final("over", { settlement_value_dollars: "1.0000" })], 10, { feed: "settlements" }),
          page(1, [market("still open?")], late)
        )
        assert.include(row, {
          title: "over",
          status: "finalized",
          observed_at: "2026-11-22T12:15:00.000010Z"
        })
        assert.include(settlement, { yes_payout: 100, no_payout: 0 })
      }
    })
  )

  it.scoped("that is finalized closes a listing that was newer", () =>
    Effect.gen(function* () {
      const { row } = yield* marketAfter(page(0, [market("open")], 40), page(1, [final("over")], 10))
      assert.include(row, { title: "over", status: "finalized" })
    })
  )

  it.scoped(
    "yields to a later finalized description, which updates the settlement too, and not to an earlier one",
    () =>
      Effect.gen(function* () {
        const paid = (title: string, value: string) => final(title, { settlement_value_dollars: value })
        const corrected = yield* marketAfter(
          page(0, [paid("first", "1.0000")], 10, { feed: "settlements" }),
          page(1, [paid("corrected", "0.2500")], 20, { feed: "settlements" })
        )
        assert.strictEqual(corrected.row.title, "corrected")
        assert.strictEqual(corrected.row.settlement_value, 25)
        assert.include(corrected.settlement, { yes_payout: 25, no_payout: 75 })
        const stale = yield* marketAfter(
          page(0, [paid("second", "1.0000")], 20, { feed: "settlements" }),
          page(1, [paid("first", "0.2500")], 10, { feed: "settlements" })
        )
        assert.strictEqual(stale.row.title, "second")
        assert.include(stale.settlement, { yes_payout: 100, no_payout: 0 })
      })
  )

  it.scoped("has no settlement before it is final, since a determined result may still be amended", () =>
    Effect.gen(function* () {
      const { row, settlement } = yield* marketAfter(
        page(0, [market("almost", { status: "determined", result: "yes" })], 10)
      )
      assert.strictEqual(row.status, "determined")
      assert.isUndefined(settlement)
    })
  )

  it.scoped("may come before its event, and takes the series from the event when that comes", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const seriesOf = () => rowsOf(folder, "SELECT ticker, series_ticker, category FROM markets")
      yield* Effect.gen(function* () {
        yield* tell(page(0, [market("orphan", { event_ticker: "KXA" })], 10))
        assert.deepStrictEqual(seriesOf(), [{ ticker: TICKER, series_ticker: null, category: null }])
        yield* tell(events(1, [eventBody({ event_ticker: "KXA", series_ticker: "KX", category: "Weather" })]))
        assert.deepStrictEqual(seriesOf(), [{ ticker: TICKER, series_ticker: "KX", category: "Weather" }])
      }).pipe(Effect.provide(tablesIn(folder)))
    })
  )

  interface Sighting {
    readonly at: number
    readonly final: boolean
    /** A number is not a valid title, so the last known title stays. */
    readonly title: string | number
  }

  interface Believed extends Omit<Sighting, "title"> {
    readonly title: string | null
  }

  const wins = (next: Sighting, best: Believed | undefined) =>
    best === undefined || (next.final === best.final ? next.at >= best.at : next.final)

  /** The rule again, written in the simplest way. */
  const believed = (sightings: ReadonlyArray<Sighting>) =>
    sightings.reduce<Believed | undefined>(
      (best, next) =>
        wins(next, best)
          ? { ...next, title: typeof next.title === "string" ? next.title : (best?.title ?? null) }
          : best,
      undefined
    )

  const sighting = fc.record({
    of: fc.integer({ min: 0, max: 7 }),
    at: fc.integer({ min: 0, max: 4 }),
    final: fc.boolean(),
    title: fc.constantFrom("a", "b", "c", 7, 8)
  })

  it.scoped.prop(
    "follows the rule for any sightings in any order",
    [fc.array(sighting, { minLength: 1, maxLength: 60 })],
    ([sightings]) =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        const told = sightings.map(({ at, final: isFinal, of, title }, index) => {
          const ticker = { ticker: `T${of}` }
          return page(index, [isFinal ? final(title, ticker) : market(title, ticker)], at)
        })
        yield* Effect.provide(tell(...told), tablesIn(folder))
        const numbers = [...new Set(sightings.map(({ of }) => of))].sort()
        const wanted = numbers.map((number) => {
          const {
            at,
            final: isFinal,
            title
          } = believed(sightings.filter(({ of }) => of === number)) ?? assert.fail("a market that nobody saw")
          const status = isFinal ? "finalized" : "active"
          return { ticker: `T${number}`, title, status, observed_at: `2026-11-22T12:15:00.00000${at}Z` }
        })
        const rows = rowsOf(folder, "SELECT ticker, title, status, observed_at FROM markets ORDER BY ticker")
        assert.deepStrictEqual(rows, wanted)
        assert.deepStrictEqual(
          rowsOf(folder, "SELECT ticker FROM settlements ORDER BY ticker"),
          wanted.flatMap(({ status, ticker }) => (status === "finalized" ? [{ ticker }] : []))
        )
      }),
    { fastCheck: { seed: 11, numRuns: 10 } }
  )
})

describe("a quote", () => {
  const quotes = (folder: string) =>
    rowsOf(
      folder,
      "SELECT ticker, snapshot_time, yes_bid FROM price_snapshots ORDER BY snapshot_time, ticker"
    )

  it.scoped("is unique for each market and slot: the later of two in the log wins", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const bid = (yes_bid_dollars: string, ticker = TICKER) => stringsMarket({ ticker, yes_bid_dollars })
      yield* tell(
        page(0, [bid("0.1000"), bid("0.2000"), bid("0.9000", "B")], 20),
        page(1, [bid("0.3000")], 10),
        page(2, [bid("0.4000")], 10, { slot: SLOT + 900 })
      ).pipe(Effect.provide(tablesIn(folder)))
      assert.deepStrictEqual(quotes(folder), [
        { ticker: "B", snapshot_time: "2026-11-22T12:15:00Z", yes_bid: 90 },
        { ticker: TICKER, snapshot_time: "2026-11-22T12:15:00Z", yes_bid: 30 },
        { ticker: TICKER, snapshot_time: "2026-11-22T12:30:00Z", yes_bid: 40 }
      ])
    })
  )

  it.scoped("comes only from the listing of the markets feed", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* tell(
        page(0, [market("settled")], 1, { feed: "settlements" }),
        page(1, [market("synced")], 2, { feed: "sync-markets" }),
        events(2, [eventBody({ markets: [market("nested")] })])
      ).pipe(Effect.provide(tablesIn(folder)))
      assert.lengthOf(rowsOf(folder, "SELECT * FROM markets"), 1)
      assert.deepStrictEqual(quotes(folder), [])
    })
  )
})

describe("texts that markets share", () => {
  const ruled = (ticker: string, rules_primary: unknown, but = {}) =>
    stringsMarket({ ticker, rules_primary, ...but })
  const rules = (folder: string) =>
    rowsOf(folder, "SELECT ticker, rules_primary FROM markets ORDER BY ticker").map((row) => [
      row.ticker,
      row.rules_primary
    ])
  const kept = (folder: string, text: string) =>
    rowsOf(folder, `SELECT * FROM shared_texts WHERE content = '${text}'`).length

  const texts = (folder: string) => rowsOf(folder, "SELECT * FROM shared_texts ORDER BY text")

  it.scoped(
    "are stored once, and read back as they were sent: absent, null, empty, or long and unusual",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        const odd = `"Ünder" ☂ \\ \u0000 it's ${"long ".repeat(5000)}`
        const said = ["same", "same", odd, "", null, "other"]
        yield* tell(
          page(0, [...said.map((text, i) => ruled(`T${i}`, text)), ruled("T6", undefined)], 1)
        ).pipe(Effect.provide(tablesIn(folder)))
        assert.deepStrictEqual(
          rules(folder),
          [...said, null].map((text, i) => [`T${i}`, text])
        )
        assert.strictEqual(kept(folder, "same"), 1)
      })
  )

  it.scoped("have the same ids even if a small answer could be written before a large one", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 300 }, (_, i) => ruled(`T${i}`, `rule ${i} ${"long ".repeat(200)}`))
      const told = [
        events(0, [eventBody({ markets: many })]),
        answer(1, {
          feed: "gaps",
          endpoint: "GET /markets/{ticker}",
          body: utf8.encode(JSON.stringify({ market: many[7] }))
        })
      ]
      const [together, apart] = [yield* scopedFolder, yield* scopedFolder]
      yield* Effect.provide(tell(...told), tablesIn(together))
      yield* Effect.forEach(told, (one) => Effect.provide(tell(one), tablesIn(apart)))
      assert.deepStrictEqual(texts(together), texts(apart))
      yield* Effect.provide(verify, tablesIn(together))
    })
  )

  it.scoped("have the same ids however the log was read", () =>
    Effect.gen(function* () {
      const told = [
        page(0, [ruled("A", "one"), ruled("B", "two"), ruled("C", "one")], 50),
        page(1, [ruled("A", "three"), ruled("B", "two"), ruled("D", "five")], 60),
        page(2, [ruled("A", "too late"), ruled("C", "two")], 10),
        page(3, [ruled("A", "one"), ruled("B", "four"), ruled("C", "one", { title: "new" })], 70)
      ]
      const [together, apart] = [yield* scopedFolder, yield* scopedFolder]
      yield* Effect.provide(tell(...told), tablesIn(together))
      // Each reads in a process of its own, without a cache.
      yield* Effect.forEach(told, (one) => Effect.provide(tell(one), tablesIn(apart)))
      assert.deepStrictEqual(rules(apart), [
        ["A", "one"],
        ["B", "four"],
        ["C", "one"],
        ["D", "five"]
      ])
      assert.deepStrictEqual(texts(apart), texts(together))
      yield* Effect.provide(verify, tablesIn(apart))
      // A text gets its number where it first appears, even if the table already has a newer description. Which
      // texts have numbers then depends on the answers alone, so that the log can be replayed in ranges.
      const mentioned = ["one", "two", "three", "five", "too late", "four"]
      assert.deepStrictEqual(
        texts(apart).flatMap(({ content }) => (mentioned.includes(String(content)) ? [content] : [])),
        mentioned
      )
    })
  )
})
