/** The contract of every PriceRepository. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { type PriceRecord, PriceRepository } from "../../../../src/services/PriceRepository.ts"
import { type Adapter, at, collect, described, listing, market, pageSizes, utcTime } from "./support.ts"

const slotOf = ({ snapshotTime }: PriceRecord) => `${DateTime.formatIso(snapshotTime).slice(0, 19)}Z`
const tickers = (prices: ReadonlyArray<PriceRecord>) => prices.map(({ ticker }) => ticker)

const [FIRST, SECOND, THIRD] = ["2026-11-22T12:00:00Z", "2026-11-22T12:15:00Z", "2026-11-22T12:30:00Z"]

/**
 * Three slots whose walks take a second for each page; `late` is on the second page, and `gone` only in the
 * first slot.
 */
const tape = [
  listing({ at: "2026-11-22T12:00:01.000000Z", slot: FIRST }, market("z"), market("gone"), market("a")),
  listing({ at: "2026-11-22T12:00:02.000000Z", slot: FIRST, page: 1 }, market("late")),
  listing({ at: "2026-11-22T12:15:01.500500Z", slot: SECOND }, market("z"), market("a")),
  listing({ at: "2026-11-22T12:15:02.000000Z", slot: SECOND, page: 1 }, market("late")),
  listing({ at: "2026-11-22T12:30:01.000000Z", slot: THIRD }, market("a"), market("late"), market("z"))
]

export const priceSuite = (name: string, adapter: Adapter<PriceRepository>) =>
  describe(`PriceRepository of ${name}`, () => {
    const over = (observations: Parameters<typeof adapter>[0]) => Effect.provide(adapter(observations))

    it.effect("returns a quote exact below a cent and below a contract", () =>
      Effect.gen(function* () {
        const expected: PriceRecord = {
          ticker: "K",
          snapshotTime: at(FIRST),
          yesBid: 6.9,
          yesAsk: 7.2,
          noBid: 92.8,
          noAsk: 93.1,
          lastPrice: 7.1,
          volume: 61202.75,
          volume24h: 3752.5,
          openInterest: 42216.25,
          liquidity: 0,
          yesBidSize: 2.5,
          yesAskSize: 100,
          midpoint: 7.05,
          spread: 0.3,
          observedAt: utcTime("2026-11-22T12:00:01.234567Z")
        }
        const found = yield* (yield* PriceRepository).latest("K")
        assert.deepStrictEqual(found, Option.some(expected))
      }).pipe(over([listing({ at: "2026-11-22T12:00:01.234567Z", slot: FIRST }, market("K"))]))
    )

    it.effect("returns an empty side and an absent number as they are", () =>
      Effect.gen(function* () {
        const price = Option.getOrThrow(yield* (yield* PriceRepository).latest("K"))
        assert.deepInclude(price, { yesBid: 0, yesAsk: 100, midpoint: null, spread: null, liquidity: null })
      }).pipe(
        over([
          listing(
            { at: FIRST },
            market("K", {
              yes_bid_dollars: "0.0000",
              yes_ask_dollars: "1.0000",
              liquidity_dollars: undefined
            })
          )
        ])
      )
    )

    it.effect("finds the latest quote, also of a market that has left the listing", () =>
      Effect.gen(function* () {
        const repository = yield* PriceRepository
        const latest = (ticker: string) => Effect.map(repository.latest(ticker), Option.map(slotOf))
        assert.deepStrictEqual(yield* latest("a"), Option.some(THIRD))
        assert.deepStrictEqual(yield* latest("gone"), Option.some(FIRST))
        assert.deepStrictEqual(yield* latest("unknown"), Option.none())
        assert.deepStrictEqual(yield* latest("unpriced"), Option.none())
      }).pipe(over([...tape, described({ at: THIRD }, market("unpriced"))]))
    )

    it.effect("answers as of a moment with the quotes known then", () =>
      Effect.gen(function* () {
        const repository = yield* PriceRepository
        const asOf = (ticker: string, moment: string) =>
          Effect.map(
            repository.asOf(ticker, moment.length === 27 ? utcTime(moment) : at(moment)),
            Option.match({ onNone: () => "nothing", onSome: slotOf })
          )
        assert.strictEqual(yield* asOf("a", "2026-11-22T12:00:00.999Z"), "nothing")
        assert.strictEqual(yield* asOf("a", "2026-11-22T12:00:01Z"), FIRST)
        // The second slot has begun, and its quote has not arrived yet.
        assert.strictEqual(yield* asOf("a", SECOND), FIRST)
        assert.strictEqual(yield* asOf("a", "2026-11-22T12:15:01.500499Z"), FIRST)
        assert.strictEqual(yield* asOf("a", "2026-11-22T12:15:01.500500Z"), SECOND)
        assert.strictEqual(yield* asOf("a", "2026-11-22T12:15:01.500Z"), FIRST)
        // One page later, in the same slot.
        assert.strictEqual(yield* asOf("late", "2026-11-22T12:15:01.999Z"), FIRST)
        assert.strictEqual(yield* asOf("late", "2026-11-22T12:15:02Z"), SECOND)
        assert.strictEqual(yield* asOf("gone", "2030-01-01T00:00:00Z"), FIRST)
        assert.strictEqual(yield* asOf("a", "+100000-01-01T00:00:00Z"), THIRD)
        assert.strictEqual(yield* asOf("a", "-000100-01-01T00:00:00Z"), "nothing")
        assert.strictEqual(yield* asOf("unknown", THIRD), "nothing")
      }).pipe(over(tape))
    )

    it.effect("accepts its own observedAt as a moment", () =>
      Effect.gen(function* () {
        const repository = yield* PriceRepository
        const prices = yield* collect(
          repository.between("a", { from: at(FIRST), to: at("2026-11-23T00:00:00Z") })
        )
        assert.strictEqual(prices.length, 3)
        for (const price of prices) {
          assert.deepStrictEqual(yield* repository.asOf("a", price.observedAt), Option.some(price))
        }
      }).pipe(over(tape))
    )

    it.effect("lists a market's quotes from a time up to, but not including, another", () =>
      Effect.gen(function* () {
        const repository = yield* PriceRepository
        const between = (from: string, to: string, ticker = "a") =>
          Effect.map(collect(repository.between(ticker, { from: at(from), to: at(to) })), (prices) =>
            prices.map(slotOf)
          )
        assert.deepStrictEqual(yield* between(FIRST, THIRD), [FIRST, SECOND])
        assert.deepStrictEqual(yield* between(FIRST, "2026-11-22T12:30:00.001Z"), [FIRST, SECOND, THIRD])
        assert.deepStrictEqual(yield* between("2026-11-22T12:00:00.001Z", THIRD), [SECOND])
        assert.deepStrictEqual(yield* between(SECOND, SECOND), [])
        assert.deepStrictEqual(yield* between(THIRD, FIRST), [])
        assert.deepStrictEqual(yield* between(FIRST, THIRD, "gone"), [FIRST])
        assert.deepStrictEqual(yield* between(FIRST, THIRD, "unknown"), [])
      }).pipe(over(tape))
    )

    it.effect("lists all markets of one slot, in the order of their first appearance in the log", () =>
      Effect.gen(function* () {
        const repository = yield* PriceRepository
        const ofSlot = (slot: string) => Effect.map(collect(repository.ofSlot(at(slot))), tickers)
        assert.deepStrictEqual(yield* ofSlot(FIRST), ["z", "gone", "a", "late"])
        assert.deepStrictEqual(yield* ofSlot(THIRD), ["z", "a", "late"])
        for (const between of [
          "2026-11-22T12:29:59.999Z",
          "2026-11-22T12:30:00.001Z",
          "2026-11-22T12:30:01Z"
        ]) {
          assert.deepStrictEqual(yield* ofSlot(between), [], between)
        }
      }).pipe(over(tape))
    )

    it.effect("lists the slots that have quotes", () =>
      Effect.gen(function* () {
        const repository = yield* PriceRepository
        const all = [FIRST, SECOND, THIRD].map(at)
        assert.deepStrictEqual(yield* collect(repository.slots()), all)
        assert.deepStrictEqual(
          yield* collect(repository.slots({ from: at(SECOND), to: at(THIRD) })),
          all.slice(1, 2)
        )
        assert.deepStrictEqual(yield* repository.lastSlot, Option.some(at(THIRD)))
      }).pipe(over(tape))
    )

    it.effect("returns the same rows whatever the page size", () =>
      Effect.gen(function* () {
        const repository = yield* PriceRepository
        const range = { from: at("2026-11-22T00:00:00Z"), to: at("2026-11-23T00:00:00Z") }
        const lists = {
          between: (pageRows?: number) => collect(repository.between("K-0", range, paging(pageRows))),
          ofSlot: (pageRows?: number) => collect(repository.ofSlot(at(FIRST), paging(pageRows))),
          slots: (pageRows?: number) => collect(repository.slots(undefined, paging(pageRows)))
        }
        const expected = { between: 8, ofSlot: 9, slots: 15 }
        for (const list of ["between", "ofSlot", "slots"] as const) {
          const whole = yield* lists[list]()
          assert.strictEqual(whole.length, expected[list], list)
          for (const pageRows of pageSizes(whole.length)) {
            assert.deepStrictEqual(yield* lists[list](pageRows), whole, `${list} by ${pageRows}`)
          }
        }
      }).pipe(
        over(
          Array.from({ length: 15 }, (_, minute) =>
            // K-0 is only in every other slot.
            listing(
              { at: `2026-11-22T12:${String(minute).padStart(2, "0")}:00Z` },
              ...Array.from({ length: 9 }, (_, index) =>
                market(`K-${(index + minute) % (minute % 2 === 0 ? 9 : 10)}`)
              ).filter(({ ticker }) => minute % 2 === 0 || ticker !== "K-0")
            )
          )
        )
      )
    )

    it.effect("finds nothing in an empty database", () =>
      Effect.gen(function* () {
        const repository = yield* PriceRepository
        assert.deepStrictEqual(yield* repository.latest("K"), Option.none())
        assert.deepStrictEqual(yield* repository.asOf("K", at(FIRST)), Option.none())
        assert.deepStrictEqual(yield* repository.lastSlot, Option.none())
        assert.deepStrictEqual(yield* collect(repository.slots()), [])
        assert.deepStrictEqual(yield* collect(repository.ofSlot(at(FIRST))), [])
        assert.deepStrictEqual(
          yield* collect(repository.between("K", { from: at(FIRST), to: at(THIRD) })),
          []
        )
      }).pipe(over([]))
    )
  })

const paging = (pageRows: number | undefined) => (pageRows === undefined ? {} : { pageRows })
