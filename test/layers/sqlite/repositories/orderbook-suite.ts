/** The contract of every OrderBookRepository. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { fill } from "../../../../src/domain/read/orderbooks/orderbook.ts"
import { type OrderBookRecord, OrderBookRepository } from "../../../../src/services/OrderBookRepository.ts"
import { type Adapter, at, collect, pageSizes, utcTime } from "./support.ts"
import { bookPage, sent } from "./tape.ts"

const [ELEVEN, NOON, ONE] = ["2026-11-22T11:00:00Z", "2026-11-22T12:00:00Z", "2026-11-22T13:00:00Z"]

const shown = (books: ReadonlyArray<OrderBookRecord>) =>
  books.map(({ no, ticker, yes }) => [ticker, yes.map(({ price }) => price), no.map(({ price }) => price)])

const tape = [
  bookPage(ELEVEN, "2026-11-22T11:00:01.000000Z", 1, sent("A", [["0.1000", "1.00"]]), sent("B", [])),
  bookPage(
    NOON,
    "2026-11-22T12:00:01.000001Z",
    1,
    sent("A", [
      ["0.2000", "1.00"],
      ["0.3000", "2.00"]
    ]),
    sent("B", [["0.5000", "5.00"]])
  ),
  // The collector was restarted and asked once more.
  bookPage(
    NOON,
    "2026-11-22T12:00:05.000000Z",
    2,
    sent(
      "A",
      [
        ["0.0690", "0.01"],
        ["0.2999", "12.50"]
      ],
      [["0.5000", "100.00"]]
    ),
    sent("C", [["0.0100", "1.00"]])
  ),
  bookPage(NOON, "2026-11-22T12:00:06.000000Z", 3, sent("B", []))
]

export const orderBookSuite = (name: string, adapter: Adapter<OrderBookRepository>) =>
  describe(`OrderBookRepository of ${name}`, () => {
    const over = (observations: Parameters<typeof adapter>[0]) => Effect.provide(adapter(observations))

    it.effect("returns a market's book at a moment with its levels best first, to the last digit", () =>
      Effect.gen(function* () {
        const expected: OrderBookRecord = {
          ticker: "A",
          snapshotTime: at(NOON),
          observedAt: utcTime("2026-11-22T12:00:05.000000Z"),
          yes: [
            { price: 299_900, size: 12_500_000 },
            { price: 69_000, size: 10_000 }
          ],
          no: [{ price: 500_000, size: 100_000_000 }]
        }
        const found = yield* (yield* OrderBookRepository).asOf("A", at(ONE))
        assert.deepStrictEqual(found, Option.some(expected))
        const bought = Option.flatMap(found, (book) => fill(book, { action: "buy", side: "yes" }, 1_000_000))
        assert.strictEqual(Option.getOrThrow(bought).average, 500_000)
      }).pipe(over(tape))
    )

    it.effect("never uses a later slot, or an answer that had not arrived", () =>
      Effect.gen(function* () {
        const { asOf } = yield* OrderBookRepository
        const bestAt = (moment: Parameters<typeof asOf>[1]) =>
          Effect.map(
            asOf("A", moment),
            Option.map(({ yes }) => yes[0]?.price)
          )
        assert.deepStrictEqual(yield* bestAt(at("2026-11-22T11:00:00.999Z")), Option.none())
        assert.deepStrictEqual(yield* bestAt(at("2026-11-22T11:00:01Z")), Option.some(100_000))
        assert.deepStrictEqual(yield* bestAt(utcTime("2026-11-22T12:00:01.000000Z")), Option.some(100_000))
        assert.deepStrictEqual(yield* bestAt(utcTime("2026-11-22T12:00:01.000001Z")), Option.some(300_000))
        assert.deepStrictEqual(yield* bestAt(at("2026-11-22T12:00:05Z")), Option.some(299_900))
      }).pipe(over(tape))
    )

    it.effect("distinguishes an empty book from one that was never requested", () =>
      Effect.gen(function* () {
        const { asOf } = yield* OrderBookRepository
        const empty = Option.getOrThrow(yield* asOf("B", at(ONE)))
        assert.deepStrictEqual([empty.yes, empty.no], [[], []])
        assert.strictEqual(DateTime.formatIso(empty.snapshotTime), "2026-11-22T12:00:00.000Z")
        assert.deepStrictEqual(yield* asOf("C", at("2026-11-22T11:30:00Z")), Option.none())
        assert.deepStrictEqual(yield* asOf("unknown", at(ONE)), Option.none())
      }).pipe(over(tape))
    )

    it.effect("lists the newest book of every market in a slot, without levels of older books", () =>
      Effect.gen(function* () {
        const { ofSlot } = yield* OrderBookRepository
        assert.deepStrictEqual(shown(yield* collect(ofSlot(at(NOON)))), [
          ["A", [299_900, 69_000], [500_000]],
          ["B", [], []],
          ["C", [10_000], []]
        ])
        assert.deepStrictEqual(yield* collect(ofSlot(at(ONE))), [])
        assert.deepStrictEqual(yield* collect(ofSlot(at("2026-11-22T12:00:00.001Z"))), [])
      }).pipe(over(tape))
    )

    it.effect("lists the slots, in a range or all of them", () =>
      Effect.gen(function* () {
        const { slots } = yield* OrderBookRepository
        assert.deepStrictEqual(yield* collect(slots()), [at(ELEVEN), at(NOON)])
        assert.deepStrictEqual(yield* collect(slots({ from: at(ELEVEN), to: at(NOON) })), [at(ELEVEN)])
        assert.deepStrictEqual(yield* collect(slots(undefined, { pageRows: 1 })), [at(ELEVEN), at(NOON)])
      }).pipe(over(tape))
    )

    it.effect("returns the same books whatever the page size", () =>
      Effect.gen(function* () {
        const { ofSlot } = yield* OrderBookRepository
        const whole = yield* collect(ofSlot(at(NOON)))
        for (const pageRows of pageSizes(whole.length))
          assert.deepStrictEqual(yield* collect(ofSlot(at(NOON), { pageRows })), whole, `by ${pageRows}`)
      }).pipe(over(tape))
    )

    it.effect("finds nothing in an empty database", () =>
      Effect.gen(function* () {
        const { asOf, ofSlot, slots } = yield* OrderBookRepository
        assert.deepStrictEqual(yield* asOf("A", at(NOON)), Option.none())
        assert.deepStrictEqual(yield* collect(ofSlot(at(NOON))), [])
        assert.deepStrictEqual(yield* collect(slots()), [])
      }).pipe(over([]))
    )
  })
