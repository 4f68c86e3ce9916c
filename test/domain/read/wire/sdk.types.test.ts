/**
 * The exchange's own SDK is the newest word on the wire's names and types. `tsc` holds ours against it:
 * a new SDK in which a field of ours is gone, comes back, changes its type or is joined by another fails
 * the check here, and so asks for a decision.
 */
import { assert, describe, it } from "@effect/vitest"
import type { EventData, Market } from "kalshi-typescript"
import { expectTypeOf } from "vitest"
import { event } from "../../../../src/domain/read/events/wire.ts"
import { description } from "../../../../src/domain/read/markets/wire/description.ts"
import * as Strings from "../../../../src/domain/read/markets/wire/strings.ts"
import type { Reader, ShapeOf } from "../../../../src/domain/read/wire/shape.ts"

/** Wire name → the JSON type that our reader takes. */
type WireOf<S> =
  S extends ShapeOf<infer F>
    ? { [K in keyof F as F[K][0]]: F[K][1] extends Reader<unknown, infer Wire> ? Wire : never }
    : never

type OurMarket = WireOf<typeof description> & WireOf<typeof Strings.quote> & WireOf<typeof Strings.payout>
type OurEvent = WireOf<typeof event>

/** Fields of both whose SDK type holds a value that our reader would refuse. */
type Refused<Sdk, Ours> = {
  [K in keyof Sdk & keyof Ours]: Sdk[K] extends Ours[K] ? never : K
}[keyof Sdk & keyof Ours]

describe("our reading of today's wire", () => {
  it("takes every value that the SDK's types allow", () => {
    expectTypeOf<Refused<Market, OurMarket>>().toEqualTypeOf<never>()
    expectTypeOf<Refused<EventData, OurEvent>>().toEqualTypeOf<never>()
  })

  it("knows which of its fields the SDK has dropped", () => {
    // Left the wire on 2026-01-08; recordings from before have it. The two others came with 3.31, in October 2026.
    expectTypeOf<Exclude<keyof OurMarket, keyof Market>>().toEqualTypeOf<
      "category" | "settlement_bounds_type" | "settlement_floor_dollars"
    >()
    expectTypeOf<Exclude<keyof OurEvent, keyof EventData>>().toEqualTypeOf<never>()
  })

  it("knows which of the SDK's fields it leaves in the log", () => {
    expectTypeOf<Exclude<keyof Market, keyof OurMarket>>().toEqualTypeOf<
      | "fee_waiver_expiration_time"
      | "functional_strike"
      | "notional_value_dollars"
      | "previous_price_dollars"
      | "previous_yes_ask_dollars"
      | "previous_yes_bid_dollars"
      | "primary_participant_key"
    >()
    expectTypeOf<Exclude<keyof EventData, keyof OurEvent>>().toEqualTypeOf<
      "fee_multiplier_override" | "fee_type_override" | "markets" | "product_metadata" | "settlement_sources"
    >()
  })

  it("needs only what the SDK never leaves out", () => {
    type Needed<Ours> = { [K in keyof Ours]: undefined extends Ours[K] ? never : K }[keyof Ours]
    type Sure<Sdk> = { [K in keyof Sdk]-?: Record<never, never> extends Pick<Sdk, K> ? never : K }[keyof Sdk]
    expectTypeOf<Needed<OurMarket>>().toEqualTypeOf<"ticker" | "event_ticker" | "status">()
    expectTypeOf<Exclude<Needed<OurMarket>, Sure<Market>>>().toEqualTypeOf<never>()
    expectTypeOf<Exclude<Needed<OurEvent>, Sure<EventData>>>().toEqualTypeOf<never>()
  })

  it("reads each wire field once", () => {
    const market = [description, Strings.quote, Strings.payout].flatMap(({ fields }) => Object.values(fields))
    for (const names of [market.map(([name]) => name), Object.values(event.fields).map(([name]) => name)]) {
      assert.strictEqual(new Set(names).size, names.length)
    }
  })
})
