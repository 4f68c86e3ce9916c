/** Rows are decoded according to the definitions of their tables. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { StorageFailed } from "../../../../src/domain/errors.ts"
import { Database } from "../../../../src/layers/sqlite/database/Database.ts"
import * as Markets from "../../../../src/layers/sqlite/repositories/MarketRepository.ts"
import * as Prices from "../../../../src/layers/sqlite/repositories/PriceRepository.ts"
import * as Settlements from "../../../../src/layers/sqlite/repositories/SettlementRepository.ts"
import { MarketRepository } from "../../../../src/services/MarketRepository.ts"
import { PriceRepository } from "../../../../src/services/PriceRepository.ts"
import { SettlementRepository } from "../../../../src/services/SettlementRepository.ts"
import { at, described, listing, market, recorded } from "./support.ts"

const NOON = "2026-11-22T12:00:00Z"

const tape = [
  listing({ at: NOON }, market("K")),
  described({ at: NOON }, market("S", { status: "finalized", settlement_ts: NOON }))
]

const all = Layer.mergeAll(Markets.layer, Prices.layer, Settlements.layer).pipe(
  Layer.provideMerge(recorded(tape))
)

type Ask = "market" | "awaiting" | "price" | "slots" | "settlement"
type Read = Effect.Effect<unknown, StorageFailed, MarketRepository | PriceRepository | SettlementRepository>

describe("a row that violates its table's definition", () => {
  const read: Readonly<Record<Ask, Read>> = {
    market: Effect.flatMap(MarketRepository, (markets) => markets.byTicker("K")),
    awaiting: Effect.flatMap(MarketRepository, (markets) =>
      Stream.runDrain(markets.awaitingSettlement(at("2027-01-01T00:00:00Z")))
    ),
    price: Effect.flatMap(PriceRepository, (prices) => prices.latest("K")),
    slots: Effect.flatMap(PriceRepository, (prices) => Stream.runDrain(prices.slots())),
    settlement: Effect.flatMap(SettlementRepository, (settlements) => settlements.ofMarket("S"))
  }

  const damages: ReadonlyArray<readonly [damage: string, ask: Ask, says: RegExp]> = [
    [
      "UPDATE market_rows SET close_time = 'yesterday'",
      "market",
      /^reading markets failed: column close_time: is neither/
    ],
    [
      "UPDATE market_rows SET close_time = '2026-11-22T12:00:00Z'",
      "awaiting",
      /markets failed: column close_time:/
    ],
    ["UPDATE market_rows SET close_time = '2026-02-30T12:00:00.000000Z'", "market", /column close_time:/],
    ["UPDATE market_rows SET can_close_early = 2", "market", /column can_close_early: Expected 0, actual 2/],
    ["UPDATE market_rows SET floor_strike = 9e999", "market", /column floor_strike: /],
    ["UPDATE market_rows SET settlement_timer_seconds = 1.5", "market", /column settlement_timer_seconds: /],
    ["UPDATE market_rows SET title = x'00'", "market", /column title: Expected string/],
    ["UPDATE market_rows_seen SET observed_at = ''", "market", /column observed_at: is no time/],
    ["UPDATE price_rows SET yes_bid = 'a lot'", "price", /^reading price_snapshots failed: column yes_bid: /],
    [
      "UPDATE price_rows SET volume_24h = 'a lot'",
      "price",
      /^reading price_snapshots failed: column volume_24h: /
    ],
    [
      "UPDATE price_slots SET snapshot_time = 'noon'",
      "slots",
      /^reading price_slots failed: column snapshot_time: is no slot/
    ],
    [
      "UPDATE settlement_rows SET settled_at = 5",
      "settlement",
      /^reading settlements failed: column settled_at: /
    ]
  ]

  it.effect.each(damages)("%s", ([damage, ask, says]) =>
    Effect.gen(function* () {
      const { sql } = yield* Database
      yield* read[ask]
      yield* sql.unsafe(damage)
      const failure = yield* Effect.flip(read[ask])
      assert.instanceOf(failure, StorageFailed)
      assert.match(failure.message, says)
      assert.notMatch(failure.message, /\n/)
      assert.isBelow(failure.message.length, 400)
    }).pipe(Effect.provide(all))
  )

  it.effect("and a missing table are failures of the storage, not defects", () =>
    Effect.gen(function* () {
      const { sql } = yield* Database
      yield* sql`DROP VIEW markets`
      const failure = yield* Effect.flip(read.market)
      assert.strictEqual(failure.message, "reading markets failed: no such table: markets")
    }).pipe(Effect.provide(all))
  )
})
