import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc, Option } from "effect"
import {
  depthTo,
  fill,
  type Level,
  levelsFor,
  type Order,
  type OrderBook
} from "../../../src/domain/read/orderbooks/orderbook.ts"

const CENT = 10_000
const CONTRACT = 1_000_000

const level = (cents: number, contracts: number): Level => ({
  price: cents * CENT,
  size: contracts * CONTRACT
})

/** Levels from the worst to the best, as the exchange sends them. */
const book: OrderBook = {
  yes: [level(38, 100), level(40, 10)],
  no: [level(50, 30), level(55, 5)]
}

const buyYes: Order = { action: "buy", side: "yes" }
const sellYes: Order = { action: "sell", side: "yes" }
const buyNo: Order = { action: "buy", side: "no" }

describe("an order meets", () => {
  it("the bids of its side if it sells, and the complements of the other side's bids if it buys", () => {
    assert.deepStrictEqual(levelsFor(book, sellYes), [level(40, 10), level(38, 100)])
    assert.deepStrictEqual(levelsFor(book, buyYes), [level(45, 5), level(50, 30)])
    assert.deepStrictEqual(levelsFor(book, buyNo), [level(60, 10), level(62, 100)])
  })

  it("the depth up to a price", () => {
    const depths = (order: Order, ...cents: ReadonlyArray<number>) =>
      cents.map((price) => depthTo(book, order, price * CENT) / CONTRACT)
    assert.deepStrictEqual(depths(buyYes, 44, 45, 49.99, 50, 99), [0, 5, 5, 35, 35])
    assert.deepStrictEqual(depths(sellYes, 41, 40, 39, 38, 1), [0, 10, 10, 110, 110])
  })
})

describe("a fill", () => {
  it("walks the levels, and returns its average cost and its slippage against the best price", () => {
    assert.deepStrictEqual(Option.getOrThrow(fill(book, buyYes, 20 * CONTRACT)), {
      filled: 20 * CONTRACT,
      missing: 0,
      total: BigInt(5 * 45 + 15 * 50) * BigInt(CENT) * BigInt(CONTRACT),
      best: 45 * CENT,
      worst: 50 * CENT,
      average: 48.75 * CENT,
      slippage: 3.75 * CENT
    })
    const sold = Option.getOrThrow(fill(book, sellYes, 30 * CONTRACT))
    assert.deepStrictEqual([sold.average, sold.slippage], [386_667, 13_333])
  })

  it("of the best level has no slippage, and touches no other level", () => {
    const sold = Option.getOrThrow(fill(book, sellYes, 10 * CONTRACT))
    assert.deepStrictEqual([sold.worst, sold.average, sold.slippage], [40 * CENT, 40 * CENT, 0])
  })

  it("reports the size that the book lacks, and does not exist on an empty book", () => {
    const bought = Option.getOrThrow(fill(book, buyYes, 36 * CONTRACT))
    assert.deepStrictEqual([bought.filled, bought.missing], [35 * CONTRACT, CONTRACT])
    const empty = { yes: [level(40, 10)], no: [] }
    assert.isTrue(Option.isNone(fill(empty, buyYes, CONTRACT)))
    assert.isTrue(Option.isSome(fill(empty, sellYes, CONTRACT)))
    assert.isTrue(Option.isNone(fill(book, buyYes, 0)))
    assert.isTrue(Option.isNone(fill({ yes: [], no: [level(50, 0)] }, buyYes, CONTRACT)))
  })

  const anyLevel = fc.record({
    price: fc.integer({ min: 0, max: 100 * CENT }),
    size: fc.integer({ min: 0, max: 2 ** 44 })
  })
  const anyBook = fc.record({ yes: fc.array(anyLevel), no: fc.array(anyLevel) })
  const anyOrder: fc.Arbitrary<Order> = fc.record({
    action: fc.constantFrom("buy" as const, "sell" as const),
    side: fc.constantFrom("yes" as const, "no" as const)
  })

  it.prop(
    "is exact, and lies between the best and the worst price",
    [anyBook, anyOrder, fc.integer({ min: 1, max: 2 ** 48 })],
    ([some, order, count]) => {
      const result = fill(some, order, count)
      const all = depthTo(some, order, order.action === "buy" ? 100 * CENT : 0)
      if (Option.isNone(result)) return assert.strictEqual(all, 0)
      const { average, best, filled, missing, slippage, total, worst } = result.value
      assert.strictEqual(filled, Math.min(all, count))
      assert.strictEqual(filled + missing, count)
      const [low, high] = order.action === "buy" ? [best, worst] : [worst, best]
      assert.isTrue(BigInt(low) * BigInt(filled) <= total && total <= BigInt(high) * BigInt(filled))
      assert.isTrue(low <= average && average <= high)
      assert.isAtMost(Math.abs(Math.abs(average - best) - slippage), 1)
      // Two halves cost as much as the whole.
      const half = fill(some, order, Math.ceil(filled / 2))
      assert.isTrue(Option.isSome(half) && half.value.total <= total)
    }
  )

  it.prop(
    "of YES equals that of NO seen from the other side",
    [anyBook, fc.integer({ min: 1, max: 2 ** 40 })],
    ([some, count]) => {
      const bought = fill(some, buyYes, count)
      const sold = fill(some, { action: "sell", side: "no" }, count)
      const sum = Option.zipWith(
        bought,
        sold,
        (one, other) => [one.total + other.total, BigInt(one.filled)] as const
      )
      if (Option.isSome(sum)) assert.strictEqual(sum.value[0], sum.value[1] * 1_000_000n)
      assert.strictEqual(Option.isSome(bought), Option.isSome(sold))
    }
  )
})
