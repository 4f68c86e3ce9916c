/** Candles, series and the exchange's status against its own SDK, as sdk.types.test.ts does for markets. */
import { describe, it } from "@effect/vitest"
import type {
  ExchangeStatus,
  MarketCandlestick,
  MarketCandlestickHistorical,
  PriceDistribution,
  PriceDistributionHistorical,
  Series
} from "kalshi-typescript"
import { expectTypeOf } from "vitest"
import type { live, past, period } from "../../../../src/domain/read/candlesticks/wire.ts"
import type { status } from "../../../../src/domain/read/exchange/wire.ts"
import type { one } from "../../../../src/domain/read/series/wire.ts"
import type { Reader, ShapeOf } from "../../../../src/domain/read/wire/shape.ts"

type WireOf<S> =
  S extends ShapeOf<infer F>
    ? { [K in keyof F as F[K][0]]: F[K][1] extends Reader<unknown, infer Wire> ? Wire : never }
    : never

/** Common fields whose SDK type holds a value that our reader would refuse. */
type Refused<Sdk, Ours> = {
  [K in keyof Sdk & keyof Ours]: Sdk[K] extends Ours[K] ? never : K
}[keyof Sdk & keyof Ours]

type Sides = "price" | "yes_bid" | "yes_ask"

type LiveCandle = WireOf<typeof live.counts> & WireOf<typeof period>
type PastCandle = WireOf<typeof past.counts> & WireOf<typeof period>
type LivePrice = WireOf<typeof live.traded>
type PastPrice = WireOf<typeof past.traded>
type OurSeries = WireOf<typeof one>
type OurStatus = WireOf<typeof status>

describe("our reading of today's answers", () => {
  it("accepts every value that the SDK's types allow", () => {
    expectTypeOf<Refused<MarketCandlestick, LiveCandle>>().toEqualTypeOf<never>()
    expectTypeOf<Refused<MarketCandlestickHistorical, PastCandle>>().toEqualTypeOf<never>()
    expectTypeOf<Refused<PriceDistribution, LivePrice>>().toEqualTypeOf<never>()
    expectTypeOf<Refused<PriceDistributionHistorical, PastPrice>>().toEqualTypeOf<never>()
    expectTypeOf<Refused<Series, OurSeries>>().toEqualTypeOf<never>()
    expectTypeOf<Refused<ExchangeStatus, OurStatus>>().toEqualTypeOf<never>()
  })

  it("knows every field of the SDK, except those that stay in the log", () => {
    expectTypeOf<Exclude<keyof MarketCandlestick, keyof LiveCandle>>().toEqualTypeOf<Sides>()
    expectTypeOf<Exclude<keyof MarketCandlestickHistorical, keyof PastCandle>>().toEqualTypeOf<Sides>()
    expectTypeOf<Exclude<keyof PriceDistribution, keyof LivePrice>>().toEqualTypeOf<
      "min_dollars" | "max_dollars"
    >()
    expectTypeOf<Exclude<keyof PriceDistributionHistorical, keyof PastPrice>>().toEqualTypeOf<never>()
    expectTypeOf<Exclude<keyof Series, keyof OurSeries>>().toEqualTypeOf<never>()
    expectTypeOf<Exclude<keyof ExchangeStatus, keyof OurStatus>>().toEqualTypeOf<never>()
  })

  it("reads no field that the SDK does not know", () => {
    expectTypeOf<Exclude<keyof LivePrice, keyof PriceDistribution>>().toEqualTypeOf<never>()
    expectTypeOf<Exclude<keyof PastPrice, keyof PriceDistributionHistorical>>().toEqualTypeOf<never>()
    expectTypeOf<Exclude<keyof OurSeries, keyof Series>>().toEqualTypeOf<never>()
    expectTypeOf<Exclude<keyof OurStatus, keyof ExchangeStatus>>().toEqualTypeOf<never>()
  })
})
