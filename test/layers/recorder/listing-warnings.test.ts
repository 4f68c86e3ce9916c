/** Listings that are complete but differ too much from the slot before. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { markets } from "../../../src/domain/ask/feeds/markets.ts"
import { page, SLOT, scripted } from "./support.ts"

const QUARTER = 900

const listing = (n: number, quote: Readonly<Record<string, unknown>> = { yes_bid_dollars: "0.4500" }) =>
  page(
    Array.from({ length: n }, (_, at) => ({ ticker: `KX-${at}`, ...quote })),
    ""
  )

/** Takes a slot of each of these listings, one after the other. */
const slots = (...listings: ReadonlyArray<ReturnType<typeof listing>>) =>
  Effect.gen(function* () {
    const { recorder } = yield* scripted((_, __, nth) => listings[nth - 1] ?? "silence")
    return yield* Effect.forEach(listings, (_, n) =>
      recorder.run({ feed: markets, slot: SLOT + n * QUARTER, interval: QUARTER })
    )
  })

describe("a listing of markets", () => {
  it.scopedLive(
    "with a fraction of the items of the slot before is complete with a warning, until it is whole again",
    () =>
      Effect.gen(function* () {
        const ended = yield* slots(
          listing(1200),
          listing(12),
          listing(0),
          listing(1100),
          listing(700),
          listing(400)
        )
        assert.deepStrictEqual(
          ended.map(({ reason, status }) => `${status} ${reason ?? "-"}`),
          [
            "complete -",
            "complete warning: 12 items where the slot before had 1,200",
            "complete warning: 0 items where the slot of 2026-11-22T12:15:00Z had 1,200",
            "complete -",
            "complete -",
            "complete -"
          ]
        )
        assert.isTrue(ended.every(({ watermark }) => watermark !== null))
      })
  )

  it.scopedLive("whose prices are missing is complete with a warning, from the first slot on", () =>
    Effect.gen(function* () {
      const renamed = { bid_of_yes: "0.4500", yes_bid_dollars: null }
      const ended = yield* slots(listing(100, renamed), listing(100), listing(100, { yes_bid: 45 }))
      assert.deepStrictEqual(
        ended.map(({ reason, status }) => `${status} ${reason ?? "-"}`),
        ["complete warning: 100 of 100 markets came without a bid and an ask", "complete -", "complete -"]
      )
    })
  )

  it.scopedLive("that is empty is complete with a warning, even in the first slot", () =>
    Effect.gen(function* () {
      const [first] = yield* slots(listing(0))
      assert.deepInclude(first, { status: "complete", reason: "warning: the listing is empty" })
    })
  )

  it.scopedLive("of few markets may halve without a warning", () =>
    Effect.gen(function* () {
      const ended = yield* slots(listing(15), listing(3))
      assert.deepStrictEqual(
        ended.map(({ reason }) => reason),
        [null, null]
      )
    })
  )
})
