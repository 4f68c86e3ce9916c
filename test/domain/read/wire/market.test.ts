import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import type { Market, Quote } from "../../../../src/domain/read/markets/market.ts"
import { eraOf, markets } from "../../../../src/domain/read/markets/wire/market.ts"
import { expectedEra } from "../../../../src/domain/read/wire/era.ts"
import { toCents, toContracts } from "../../../../src/domain/units/fixed.ts"
import { type Body, centsMarket, dualFpMarket, dualMarket, stringsMarket, without } from "./bodies.ts"

const decoded = (body: unknown): Market =>
  Either.getOrThrowWith(markets.decode(body, "market"), (p) => new Error(p.path))

const prices = ["yesBid", "yesAsk", "noBid", "noAsk", "lastPrice", "liquidity"] as const
const counts = ["volume", "volume24h", "openInterest", "yesBidSize", "yesAskSize"] as const

/** Prices in cents and counts in contracts; absent fields stay distinct. */
const quoted = (body: unknown) => {
  const { quote } = decoded(body)
  const of = (names: ReadonlyArray<keyof Quote>, convert: (units: number) => number) =>
    names.map((name) => {
      const said = quote[name]
      return typeof said === "number" ? convert(said) : said
    })
  return { prices: of(prices, toCents), counts: of(counts, toContracts) }
}

describe("a market's quote", () => {
  it("until 2025-08 has whole cents and whole contracts, without sizes", () => {
    assert.strictEqual(eraOf(centsMarket()), "cents")
    assert.deepStrictEqual(quoted(centsMarket()), {
      prices: [41, 43, 57, 59, 42, 12507414],
      counts: [61202, 3752, 42216, undefined, undefined]
    })
  })

  it("from 2025-08 has dollars beside cents, and counts in integers only", () => {
    assert.strictEqual(eraOf(dualMarket()), "dual")
    assert.deepStrictEqual(quoted(dualMarket()), quoted(centsMarket()))
  })

  it("from 2026-01 has texts for everything, which win over the rounded integers", () => {
    assert.strictEqual(eraOf(dualFpMarket()), "dual")
    assert.deepStrictEqual(quoted(dualFpMarket()), {
      prices: [41.49, 42.5, 57.5, 58.51, 42.1, 12507414.25],
      counts: [61202.75, 3752.5, 42216.25, 12.5, 0.01]
    })
  })

  it("since 2026-03 has texts only", () => {
    assert.strictEqual(eraOf(stringsMarket()), "strings")
    assert.deepStrictEqual(quoted(stringsMarket()), {
      prices: [6.9, 7.2, 92.8, 93.1, 7.1, 0],
      counts: [61202.75, 3752.5, 42216.25, 2.5, 100]
    })
  })

  it("of a combo without any bid keeps the exchange's values for an empty side", () => {
    const combo = { yes_bid: 0, yes_ask: 0, no_bid: 100, no_ask: 100 }
    assert.deepStrictEqual(quoted(centsMarket(combo)).prices.slice(0, 4), [0, 0, 100, 100])
    const [zero, one] = ["0.0000", "1.0000"]
    const strings = { yes_bid_dollars: zero, yes_ask_dollars: zero, no_bid_dollars: one, no_ask_dollars: one }
    assert.deepStrictEqual(quoted(dualMarket({ ...combo, ...strings })).prices.slice(0, 4), [0, 0, 100, 100])
    assert.deepStrictEqual(quoted(stringsMarket(strings)).prices.slice(0, 4), [0, 0, 100, 100])
  })
})

describe("the era of a market", () => {
  it("follows from its form, so that every stored version selects its own decoder whenever it is read", () => {
    // A field of the same name in the form of another era must not be read by this era's decoder.
    assert.deepStrictEqual(quoted(centsMarket({ volume_fp: "9.00" })).counts[0], 61202)
    assert.deepStrictEqual(quoted(stringsMarket({ volume: 9, last_price: 9 })).counts[0], 61202.75)
    assert.deepStrictEqual(quoted(stringsMarket({ volume: 9, last_price: 9 })).prices[4], 7.1)
    assert.strictEqual(quoted(dualMarket({ yes_bid_dollars: "0.0001" })).prices[0], 0.01)
    assert.isTrue(Either.isLeft(markets.decode(dualMarket({ yes_bid: "41" }), "market")))
  })

  it("is also expected by date, so that an unexpected form is noticed", () => {
    assert.strictEqual(expectedEra("2025-08-30T23:59:59.999999Z"), "cents")
    assert.strictEqual(expectedEra("2025-08-31T00:00:00.000000Z"), "dual")
    assert.strictEqual(expectedEra("2026-03-11T23:59:59.999999Z"), "dual")
    assert.strictEqual(expectedEra("2026-03-12T00:00:00.000000Z"), "strings")
  })

  it("does not include the zeros that the exchange still sends in a discontinued field", () => {
    const dying = dualFpMarket({ yes_bid: 0, yes_ask: 0, no_bid: 0, no_ask: 0, last_price: 0, volume: 0 })
    assert.deepStrictEqual(quoted(dying), quoted(dualFpMarket()))
  })
})

describe("an absent field", () => {
  const eras: ReadonlyArray<
    readonly [string, (but?: Body) => Body, price: string, count: string, unit: unknown]
  > = [
    ["cents", centsMarket, "last_price", "open_interest", 0],
    ["dual", dualFpMarket, "last_price_dollars", "open_interest_fp", "0.00"],
    ["strings", stringsMarket, "last_price_dollars", "open_interest_fp", "0.00"]
  ]

  it.each(eras)("is distinct from null, and both are distinct from 0 (%s)", (_, body, price, count, zero) => {
    const said = (but: Body) => {
      const { lastPrice, openInterest } = decoded(but).quote
      return [lastPrice, openInterest]
    }
    assert.deepStrictEqual(said(body({ [price]: zero, [count]: zero })), [0, 0])
    assert.deepStrictEqual(said(body({ [price]: null, [count]: null })), [null, null])
    for (const field of [price, count]) {
      const result = markets.decode(body({ [field]: "" }), "market")
      assert.isTrue(
        Either.isLeft(result) && result.left.path === `market.${field}`,
        "an empty price is no price"
      )
    }
  })

  it("is distinct where the era has one form, and is taken from the integer in the dual era", () => {
    for (const [body, field] of [
      [stringsMarket(), "last_price_dollars"],
      [centsMarket(), "last_price"]
    ] as const) {
      const { lastPrice } = decoded(without(body, field)).quote
      assert.isUndefined(lastPrice)
    }
    assert.strictEqual(decoded(without(dualFpMarket(), "last_price_dollars")).quote.lastPrice, 420_000)
    assert.strictEqual(decoded(dualFpMarket({ last_price_dollars: null })).quote.lastPrice, null)
  })

  it("is distinct for texts, times, numbers, flags and objects too", () => {
    const fields = {
      title: ["title", ""],
      close_time: ["closeTime", ""],
      floor_strike: ["floorStrike", 0],
      can_close_early: ["canCloseEarly", false],
      custom_strike: ["customStrike", {}]
    } as const
    for (const [wire, [name, empty]] of Object.entries(fields)) {
      assert.isUndefined(decoded(without(stringsMarket(), wire)).terms[name], wire)
      assert.isNull(decoded(stringsMarket({ [wire]: null })).terms[name], wire)
      const kept = decoded(stringsMarket({ [wire]: empty })).terms[name]
      assert.strictEqual(kept, typeof empty === "object" ? "{}" : empty)
    }
  })

  it("makes the market unreadable if it is the ticker, the event or the status", () => {
    for (const field of ["ticker", "event_ticker", "status"]) {
      for (const body of [without(stringsMarket(), field), stringsMarket({ [field]: null })]) {
        const result = markets.decode(body, "markets[3]")
        assert.isTrue(Either.isLeft(result) && result.left.path === `markets[3].${field}`)
      }
    }
  })
})

describe("unknown words", () => {
  it("are ignored as names of fields, and kept as values", () => {
    const words = { status: "hibernating", result: "void", market_type: "ternary", strike_type: "fuzzy" }
    const market = decoded(
      stringsMarket({ ...words, settlement_bounds_type: "floor", brand_new: { deep: [1] } })
    )
    assert.strictEqual(market.status, "hibernating")
    assert.strictEqual(market.terms.result, "void")
    assert.strictEqual(market.terms.marketType, "ternary")
    assert.strictEqual(market.terms.strikeType, "fuzzy")
    assert.deepStrictEqual(Object.keys(market.terms), Object.keys(decoded(stringsMarket()).terms))
  })
})
