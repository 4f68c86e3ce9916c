/**
 * The exchange's own SDK is the newest source for names and types of the wire. `tsc` compares ours with it:
 * if a new SDK removes a field of ours, restores one, changes its type or adds another, the check fails here
 * and so demands a decision.
 */
import { assert, describe, it } from "@effect/vitest"
import type { EventData, Market } from "kalshi-typescript"
import { expectTypeOf } from "vitest"
import { event } from "../../../../src/domain/read/events/wire.ts"
import { description } from "../../../../src/domain/read/markets/wire/description.ts"
import * as Strings from "../../../../src/domain/read/markets/wire/strings.ts"
import type { Reader, ShapeOf } from "../../../../src/domain/read/wire/shape.ts"

/** For each wire name, the JSON type that our reader accepts. */
type WireOf<S> =
  S extends ShapeOf<infer F>
    ? { [K in keyof F as F[K][0]]: F[K][1] extends Reader<unknown, infer Wire> ? Wire : never }
    : never

type OurMarket = WireOf<typeof description> & WireOf<typeof Strings.quote> & WireOf<typeof Strings.payout>
type OurEvent = WireOf<typeof event>

/** Common fields whose SDK type holds a value that our reader would refuse. */
type Refused<Sdk, Ours> = {
  [K in keyof Sdk & keyof Ours]: Sdk[K] extends Ours[K] ? never : K
}[keyof Sdk & keyof Ours]

describe("our reading of today's answers", () => {
  it("accepts every value that the SDK's types allow", () => {
    expectTypeOf<Refused<Market, OurMarket>>().toEqualTypeOf<never>()
    expectTypeOf<Refused<EventData, OurEvent>>().toEqualTypeOf<never>()
  })

  it("lists the fields that the SDK has dropped", () => {
    // The first left the wire on 2026-01-08; recordings from before have it. The two others came with 3.31,
    // in October 2026.
    expectTypeOf<Exclude<keyof OurMarket, keyof Market>>().toEqualTypeOf<
      "category" | "settlement_bounds_type" | "settlement_floor_dollars"
    >()
    expectTypeOf<Exclude<keyof OurEvent, keyof EventData>>().toEqualTypeOf<never>()
  })

  it("lists the fields of the SDK that stay in the log", () => {
    expectTypeOf<Exclude<keyof Market, keyof OurMarket>>().toEqualTypeOf<
      "previous_price_dollars" | "previous_yes_ask_dollars" | "previous_yes_bid_dollars"
    >()
    expectTypeOf<Exclude<keyof EventData, keyof OurEvent>>().toEqualTypeOf<"markets">()
  })

  it("requires only fields that the SDK always has", () => {
    type Needed<Ours> = { [K in keyof Ours]: undefined extends Ours[K] ? never : K }[keyof Ours]
    type Sure<Sdk> = { [K in keyof Sdk]-?: Record<never, never> extends Pick<Sdk, K> ? never : K }[keyof Sdk]
    expectTypeOf<Needed<OurMarket>>().toEqualTypeOf<"ticker" | "event_ticker" | "status">()
    expectTypeOf<Exclude<Needed<OurMarket>, Sure<Market>>>().toEqualTypeOf<never>()
    expectTypeOf<Exclude<Needed<OurEvent>, Sure<EventData>>>().toEqualTypeOf<never>()
  })

  it("reads each field of the wire once", () => {
    const market = [description, Strings.quote, Strings.payout].flatMap(({ fields }) => Object.values(fields))
    for (const names of [market.map(([name]) => name), Object.values(event.fields).map(([name]) => name)]) {
      assert.strictEqual(new Set(names).size, names.length)
    }
  })
})
