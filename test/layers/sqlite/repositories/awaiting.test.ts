/** A settlement counts even while the projection of markets lags behind that of settlements. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Database } from "../../../../src/layers/sqlite/database/Database.ts"
import * as Markets from "../../../../src/layers/sqlite/repositories/MarketRepository.ts"
import { MarketRepository } from "../../../../src/services/MarketRepository.ts"
import { at, collect, described, market, recorded } from "./support.ts"

const NOON = "2026-11-22T12:00:00Z"

const settled = (ticker: string, settlement_ts: string | null) =>
  market(ticker, { status: "finalized", settlement_ts, close_time: NOON })

describe("a market that is settled, while its description lags", () => {
  it.effect("does not await settlement after the moment of its settlement", () =>
    Effect.gen(function* () {
      const { sql } = yield* Database
      const repository = yield* MarketRepository
      yield* sql`UPDATE market_rows SET status = 'determined'`
      const awaiting = (asOf: string) =>
        Effect.map(collect(repository.awaitingSettlement(at(asOf))), (markets) =>
          markets.map(({ ticker }) => ticker)
        )
      assert.deepStrictEqual(yield* awaiting("2026-11-22T12:29:59.999Z"), ["timed"])
      assert.deepStrictEqual(yield* awaiting("2026-11-22T12:30:00Z"), [])
    }).pipe(
      Effect.provide(
        Markets.layer.pipe(
          Layer.provideMerge(
            recorded([
              described(
                { at: NOON },
                settled("timed", "2026-11-22T12:30:00Z"),
                settled("null", null),
                settled("empty", "")
              )
            ])
          )
        )
      )
    )
  )
})
