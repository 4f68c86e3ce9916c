import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import type { Trade as SdkTrade } from "kalshi-typescript"
import { expectTypeOf } from "vitest"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { type described, type strings, trades } from "../../../../src/domain/read/trades/wire.ts"
import type { Reader, ShapeOf } from "../../../../src/domain/read/wire/shape.ts"
import { toCents, toContracts } from "../../../../src/domain/units/fixed.ts"
import { observe } from "../observe.ts"
import { type Body, without } from "./bodies.ts"
import { centsTrade, dualFpTrade, dualTrade, stringsTrade } from "./tape-bodies.ts"

const read = (...items: ReadonlyArray<unknown>) =>
  new Reading(observe({ trades: items, cursor: "" }, { endpoint: "GET /markets/trades" })).items(trades)

const one = (body: Body) => {
  const { items, problems } = read(body)
  assert.deepStrictEqual(problems, [])
  return items[0] as (typeof items)[number]
}

/** Cents of YES and of NO, and contracts. */
const terms = (body: Body) => {
  const { count, noPrice, yesPrice } = one(body)
  return [toCents(yesPrice), typeof noPrice === "number" ? toCents(noPrice) : noPrice, toContracts(count)]
}

const refused = (body: Body) => {
  const { items, problems } = read(body, stringsTrade())
  assert.strictEqual(items.length, 1, "the others go through")
  return problems.map(({ path }) => path)
}

describe("a trade", () => {
  it("of today", () => {
    assert.deepStrictEqual(one(stringsTrade()), {
      tradeId: "0723a045-55c1-a478-de4a-642a5deee757",
      ticker: "KXBTC15M-26SEP261900-00",
      createdTime: "2026-09-26T22:52:42.728640Z",
      yesPrice: 774_900,
      noPrice: 225_100,
      count: 8_940_000,
      takerSide: "yes",
      isBlockTrade: false
    })
  })

  it("of each era is read by its form, in the finest spelling that it has", () => {
    assert.deepStrictEqual(terms(centsTrade()), [77, 23, 8])
    assert.deepStrictEqual(terms(dualTrade()), [77.49, 22.51, 8])
    assert.deepStrictEqual(terms(dualFpTrade()), [77.49, 22.51, 8.94])
    assert.deepStrictEqual(terms(stringsTrade()), [77.49, 22.51, 8.94])
    assert.deepStrictEqual(terms(stringsTrade({ yes_price: 1, no_price: 1, count: 1 })), [77.49, 22.51, 8.94])
    assert.deepStrictEqual(terms(centsTrade({ price: "a float no more" })), [77, 23, 8])
  })

  it("takes the taker's side from the newer field, or from the deprecated one", () => {
    assert.strictEqual(one(stringsTrade({ taker_outcome_side: "no", taker_side: "yes" })).takerSide, "no")
    assert.strictEqual(one(centsTrade({ taker_side: "no" })).takerSide, "no")
    assert.strictEqual(one(stringsTrade({ taker_outcome_side: null })).takerSide, "yes")
    assert.isUndefined(one(without(centsTrade(), "taker_side")).takerSide)
  })

  it("may lack the flag of a block trade, which differs from a false one", () => {
    assert.isUndefined(one(centsTrade()).isBlockTrade)
    assert.isTrue(one(stringsTrade({ is_block_trade: true })).isBlockTrade)
  })

  it("is refused without an id, a market, a time, a price or a count", () => {
    for (const field of ["trade_id", "ticker", "created_time", "yes_price_dollars", "count_fp"]) {
      assert.deepStrictEqual(refused(without(stringsTrade(), field)), [`trades[0].${field}`])
      assert.deepStrictEqual(refused(stringsTrade({ [field]: null })), [`trades[0].${field}`])
    }
    for (const field of ["yes_price", "count"])
      assert.deepStrictEqual(refused(centsTrade({ [field]: 0.5 })), [`trades[0].${field}`])
    for (const time of ["", "yesterday", "1969-12-31T23:59:59Z", "2300-01-01T00:00:00Z"])
      assert.deepStrictEqual(refused(stringsTrade({ created_time: time })), ["trades[0].created_time"])
  })

  it.prop(
    "keeps every digit",
    [fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 2 ** 50 })],
    ([price, count]) => {
      const sent = (units: number) => `${Math.floor(units / 1e6)}.${String(units % 1e6).padStart(6, "0")}`
      const trade = one(stringsTrade({ yes_price_dollars: sent(price), count_fp: sent(count) }))
      assert.deepStrictEqual([trade.yesPrice, trade.count], [price, count])
    }
  )
})

describe("a list of trades", () => {
  it("may be empty or null, but not under another key", () => {
    assert.deepStrictEqual(read(), { items: [], problems: [] })
    const named = (body: unknown) => new Reading(observe(body)).items(trades).problems.length
    assert.strictEqual(named({ trades: null, cursor: "" }), 0)
    assert.strictEqual(named({ fills: [] }), 1)
  })
})

describe("our reading of today's trade", () => {
  type WireOf<S> =
    S extends ShapeOf<infer F>
      ? { [K in keyof F as F[K][0]]: F[K][1] extends Reader<unknown, infer Wire> ? Wire : never }
      : never
  type Ours = WireOf<typeof described> & WireOf<typeof strings>

  it("agrees with the exchange's SDK, except for the side of the book", () => {
    type Refused = {
      [K in keyof SdkTrade & keyof Ours]: SdkTrade[K] extends Ours[K] ? never : K
    }[keyof SdkTrade & keyof Ours]
    expectTypeOf<Refused>().toEqualTypeOf<never>()
    expectTypeOf<Exclude<keyof Ours, keyof SdkTrade>>().toEqualTypeOf<never>()
    expectTypeOf<Exclude<keyof SdkTrade, keyof Ours>>().toEqualTypeOf<"taker_book_side">()
  })
})
