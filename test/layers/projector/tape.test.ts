/**
 * Order books and trades are functions of the log: batches, restarts and replays leave no trace, a book that
 * is received again replaces all levels of the one before, and a trade is one row however often it is
 * received.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { isoMicros, slotText } from "../../../src/domain/units/time.ts"
import { centsTrade, dualFpTrade, stringsTrade } from "../../domain/read/wire/tape-bodies.ts"
import { answer, appendAll, hasShell, SLOT, scopedFolder, shell } from "../sqlite/support.ts"
import { catchUp, everything, rebuild, rowsOf, tablesIn, verify } from "./support.ts"

const utf8 = new TextEncoder()
const json = (body: unknown): Uint8Array => utf8.encode(JSON.stringify(body))

type Said = Pick<Observation, "feed" | "endpoint" | "body" | "request">
type Levels = ReadonlyArray<readonly [price: string, size: string]>

interface Book {
  readonly ticker: string
  readonly orderbook_fp: { readonly yes_dollars: Levels; readonly no_dollars: Levels }
}

const levels = fc.uniqueArray(
  fc.tuple(
    fc.constantFrom("0.0001", "0.0690", "0.4000", "0.9990"),
    fc.constantFrom("0.01", "1.00", "1209.98")
  ),
  { selector: ([price]) => price }
)

const book: fc.Arbitrary<Book> = fc.record({
  ticker: fc.constantFrom("A", "B", "Ü-☂"),
  orderbook_fp: fc.record({ yes_dollars: levels, no_dollars: levels })
})

interface BookPage {
  readonly slot: number
  readonly books: ReadonlyArray<Book>
}

const bookPage: fc.Arbitrary<BookPage> = fc.record({
  slot: fc.constantFrom(SLOT, SLOT + 3600),
  books: fc.array(book, { maxLength: 4 })
})

const bookSaid = (books: ReadonlyArray<unknown>): Said => ({
  feed: "orderbooks",
  endpoint: "GET /markets/orderbooks",
  request: "/markets/orderbooks?tickers=A",
  body: json({ orderbooks: books })
})

/** The same trade for the same number: several share a microsecond, and some a quarter of an hour. */
const trade = fc.integer({ min: 0, max: 20 }).map(
  (n) =>
    [centsTrade, dualFpTrade, stringsTrade].map((era) =>
      era({
        trade_id: `trade-${n}`,
        ticker: `M-${n % 4}`,
        created_time: isoMicros((SLOT + Math.floor(n / 3) * 400) * 1_000_000 + (n % 2))
      })
    )[n % 3]
)

const tradePage = fc.array(trade, { maxLength: 8 })

const tradeSaid = (trades: ReadonlyArray<unknown>, historical: boolean): Said => ({
  feed: historical ? "backfill" : "trades",
  endpoint: historical ? "GET /historical/trades" : "GET /markets/trades",
  request: historical ? "/historical/trades?limit=1000" : "/markets/trades?limit=1000",
  body: json({ trades, cursor: "" })
})

const broken: ReadonlyArray<Said> = [
  bookSaid([{ ticker: "A" }, null]),
  tradeSaid([stringsTrade({ count_fp: 1 }), 7], false),
  { ...tradeSaid([], true), body: json({ fills: [] }) }
]

const said: fc.Arbitrary<Partial<Observation>> = fc.oneof(
  { weight: 4, arbitrary: bookPage.map(({ books, slot }) => ({ ...bookSaid(books), slot })) },
  {
    weight: 4,
    arbitrary: fc.tuple(tradePage, fc.boolean()).map(([trades, historical]) => tradeSaid(trades, historical))
  },
  { weight: 1, arbitrary: fc.constantFrom(...broken) }
)

const logOf = (all: ReadonlyArray<Partial<Observation>>) => all.map((but, index) => answer(index, but))

/** The tables of a log that was read as a whole. */
const tablesOf = (log: ReadonlyArray<Observation>) =>
  Effect.gen(function* () {
    const folder = yield* scopedFolder
    yield* appendAll(log).pipe(Effect.zipRight(catchUp()), Effect.provide(tablesIn(folder)))
    return folder
  })

/** The expected levels: for each market and slot, those of its last book. */
const expectedLevels = (pages: ReadonlyArray<BookPage>): ReadonlyArray<string> => {
  const last = new Map<string, ReadonlyArray<string>>()
  for (const { books, slot } of pages) {
    for (const { orderbook_fp, ticker } of books) {
      const rows = (side: "yes" | "no") =>
        orderbook_fp[`${side}_dollars`].map(([price, size]) =>
          JSON.stringify([ticker, slotText(slot), side, Math.round(Number(price) * 1e6) / 1e4, Number(size)])
        )
      last.set(`${slot} ${ticker}`, [...rows("yes"), ...rows("no")])
    }
  }
  return [...last.values()].flat().sort()
}

describe("order books and trades in the tables", () => {
  it.scoped.prop(
    "are the same after any batches, restarts and replays",
    [
      fc.array(said, { minLength: 1, maxLength: 20 }),
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 4 })
    ],
    ([all, stops]) =>
      Effect.gen(function* () {
        const log = logOf(all)
        const atOnce = everything(yield* tablesOf(log))
        const folder = yield* scopedFolder
        let told = 0
        for (const stop of [...stops, log.length]) {
          yield* appendAll(log.slice(told, Math.max(told, stop))).pipe(
            Effect.zipRight(catchUp(stop)),
            Effect.provide(tablesIn(folder))
          )
          told = Math.max(told, stop)
        }
        yield* catchUp().pipe(Effect.zipRight(verify), Effect.provide(tablesIn(folder)))
        assert.deepStrictEqual(everything(folder), atOnce)
        yield* Effect.provide(rebuild, tablesIn(folder))
        assert.deepStrictEqual(everything(folder), atOnce)
      }),
    { fastCheck: { seed: 20261122, numRuns: 10 } }
  )

  it.scoped.prop(
    "hold the last book of each market and slot, and no level of an earlier one",
    [fc.array(bookPage, { minLength: 1, maxLength: 12 })],
    ([pages]) =>
      Effect.gen(function* () {
        const folder = yield* tablesOf(logOf(pages.map(({ books, slot }) => ({ ...bookSaid(books), slot }))))
        const rows = rowsOf(
          folder,
          "SELECT ticker, snapshot_time, side, price, size FROM orderbook_snapshots"
        )
        assert.deepStrictEqual(
          rows.map((row) => JSON.stringify(Object.values(row))).sort(),
          expectedLevels(pages)
        )
      }),
    { fastCheck: { seed: 7, numRuns: 12 } }
  )

  it.scoped.prop(
    "hold the same trades in whatever order and however often the tape was read",
    [fc.array(tradePage, { minLength: 1, maxLength: 8 }), fc.boolean()],
    ([pages, historical]) =>
      Effect.gen(function* () {
        const view = (folder: string) =>
          rowsOf(folder, "SELECT * FROM trades ORDER BY created_time, trade_id")
        const [there, back] = yield* Effect.all(
          [pages, [...pages, ...pages].reverse()].map((order) =>
            tablesOf(logOf(order.map((trades) => tradeSaid(trades, historical))))
          )
        )
        const once = view(there ?? "")
        assert.deepStrictEqual(view(back ?? ""), once)
        assert.strictEqual(once.length, new Set(pages.flat().map((body) => body?.trade_id)).size)
      }),
    { fastCheck: { seed: 42, numRuns: 8 } }
  )

  it.scoped.skipIf(!hasShell)("can be read by the SQLite shell of the system", () =>
    Effect.gen(function* () {
      const trades = [stringsTrade({ created_time: "2026-09-26T22:52:42.000007Z", ticker: "A" })]
      const books = [{ ticker: "A", orderbook_fp: { yes_dollars: [["0.0690", "2.50"]], no_dollars: [] } }]
      const folder = yield* tablesOf(logOf([tradeSaid(trades, false), bookSaid(books)]))
      const { status, stdout } = shell(
        folder,
        "SELECT ticker, created_time, yes_price, count FROM trades; SELECT ticker, side, price, size FROM orderbook_snapshots"
      )
      assert.deepStrictEqual(
        [status, stdout],
        [0, "A|2026-09-26T22:52:42.000007Z|77.49|8.94\nA|yes|6.9|2.5\n"]
      )
    })
  )
})
