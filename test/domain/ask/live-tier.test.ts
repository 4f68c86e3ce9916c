import { assert, describe, it } from "@effect/vitest"
import { beyondLiveTier, maybeBeyond, type Reach } from "../../../src/domain/ask/live-tier.ts"
import { slotSeconds } from "../../../src/domain/units/time.ts"
import { SLOT } from "../read/observe.ts"

const DAY = 24 * 60 * 60

const cutoff = {
  marketsSettled: slotSeconds("2026-09-23T00:00:00Z"),
  tradesCreated: slotSeconds("2026-09-22T00:00:00Z")
}

const reach = (from: string, but: Partial<Reach> = {}): Reach => ({
  from: slotSeconds(from),
  kinds: ["trades"],
  ...but
})

describe("a walk beyond the live tier", () => {
  it("names the part that it could not see, and the command that fetches it", () => {
    assert.strictEqual(
      beyondLiveTier(reach("2026-09-01T12:00:00Z"), cutoff),
      "what is older than 2026-09-22T00:00:00Z only the historical tier has: kalshi backfill --from 2026-09-01T12:00:00Z --to 2026-09-22T00:00:00Z --kinds trades"
    )
    assert.match(
      beyondLiveTier(reach("2026-09-22T12:00:00Z", { kinds: ["markets"] }), cutoff) ?? "",
      /^what is older than 2026-09-23T00:00:00Z .* --to 2026-09-23T00:00:00Z --kinds markets$/,
      "markets by when they were settled, trades by when they were made"
    )
    const candles = reach("2026-09-01T00:00:00Z", { kinds: ["markets", "candlesticks"], period: 1 })
    assert.match(beyondLiveTier(candles, cutoff) ?? "", / --kinds markets,candlesticks --period 1$/)
  })

  it("starts at the tier boundary, to the second", () => {
    assert.isNull(beyondLiveTier(reach("2026-09-22T00:00:00Z"), cutoff))
    assert.isNotNull(beyondLiveTier(reach("2026-09-21T23:59:59Z"), cutoff))
  })

  it("is possible only for a walk over more than two days", () => {
    assert.isFalse(maybeBeyond({ from: SLOT - DAY, kinds: ["trades"] }, SLOT))
    assert.isTrue(maybeBeyond({ from: SLOT - 3 * DAY, kinds: ["trades"] }, SLOT))
  })
})
