/** The contract of every SettlementRepository. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { type SettlementRecord, SettlementRepository } from "../../../../src/services/SettlementRepository.ts"
import type { Body } from "../../../domain/read/wire/bodies.ts"
import { type Adapter, at, collect, described, market, pageSizes, utcTime } from "./support.ts"

const NOON = "2026-11-22T12:00:00Z"
const AFTER_NOON = "2026-11-22T12:00:00.000001Z"

const settled = (ticker: string, settlement_ts: string | null, but: Body = {}) =>
  market(ticker, {
    status: "finalized",
    result: "yes",
    settlement_value_dollars: "1.0000",
    settlement_ts,
    ...but
  })

const tickers = (settlements: ReadonlyArray<SettlementRecord>) => settlements.map(({ ticker }) => ticker)

const settlements = [
  described(
    { at: "2026-11-22T13:00:00Z" },
    settled("tie-c", NOON),
    settled("later", "2026-11-22T12:30:00Z"),
    settled("tie-a", NOON),
    settled("before", "2026-11-22T11:59:59.999999Z"),
    settled("after", AFTER_NOON),
    settled("tie-b", NOON),
    settled("without a time", null),
    settled("with an empty time", "")
  )
]

export const settlementSuite = (name: string, adapter: Adapter<SettlementRepository>) =>
  describe(`SettlementRepository of ${name}`, () => {
    const over = (observations: Parameters<typeof adapter>[0]) => Effect.provide(adapter(observations))

    it.effect("finds a market's settlement, exact below a cent", () =>
      Effect.gen(function* () {
        const expected: SettlementRecord = {
          ticker: "K",
          eventTicker: "KXRAIN-26NOV22",
          settledAt: utcTime("2026-11-23T12:01:14.546573Z"),
          result: "scalar",
          finalYesPrice: 6.9,
          finalNoPrice: 92.8,
          yesPayout: 33.25,
          noPayout: 66.75
        }
        const found = yield* (yield* SettlementRepository).ofMarket("K")
        assert.deepStrictEqual(found, Option.some(expected))
      }).pipe(
        over([
          described(
            { at: "2026-11-23T12:05:00Z" },
            settled("K", "2026-11-23T12:01:14.546573Z", {
              result: "scalar",
              settlement_value_dollars: "0.3325"
            })
          )
        ])
      )
    )

    it.effect("finds no settlement of a market that is determined or unknown", () =>
      Effect.gen(function* () {
        const repository = yield* SettlementRepository
        assert.deepStrictEqual(yield* repository.ofMarket("K"), Option.none())
        assert.deepStrictEqual(yield* repository.ofMarket("unknown"), Option.none())
      }).pipe(over([described({ at: NOON }, settled("K", NOON, { status: "determined" }))]))
    )

    it.effect("lists the settlements at or after a moment, by time and then ticker", () =>
      Effect.gen(function* () {
        const repository = yield* SettlementRepository
        const since = (moment: Parameters<typeof repository.since>[0]) =>
          Effect.map(collect(repository.since(moment)), tickers)
        assert.deepStrictEqual(yield* since(at(NOON)), ["tie-a", "tie-b", "tie-c", "after", "later"])
        assert.deepStrictEqual(yield* since(utcTime(AFTER_NOON)), ["after", "later"])
        assert.deepStrictEqual(yield* since(at("2026-11-22T12:30:00.001Z")), [])
      }).pipe(over(settlements))
    )

    it.effect("keeps a null time and an empty one, and leaves them out of lists by time", () =>
      Effect.gen(function* () {
        const repository = yield* SettlementRepository
        const timeOf = (ticker: string) =>
          Effect.map(repository.ofMarket(ticker), (found) => Option.getOrThrow(found).settledAt)
        assert.strictEqual(yield* timeOf("without a time"), null)
        assert.strictEqual(yield* timeOf("with an empty time"), "")
        const all = tickers(yield* collect(repository.since(at("0000-01-01T00:00:00Z"))))
        assert.deepStrictEqual(all, ["before", "tie-a", "tie-b", "tie-c", "after", "later"])
      }).pipe(over(settlements))
    )

    it.effect("returns the same rows whatever the page size", () =>
      Effect.gen(function* () {
        const repository = yield* SettlementRepository
        const moment = at("2026-01-01T00:00:00Z")
        const whole = yield* collect(repository.since(moment))
        assert.strictEqual(whole.length, 6)
        for (const pageRows of pageSizes(whole.length)) {
          assert.deepStrictEqual(
            yield* collect(repository.since(moment, { pageRows })),
            whole,
            `by ${pageRows}`
          )
        }
      }).pipe(over(settlements))
    )

    it.effect("finds nothing in an empty database", () =>
      Effect.gen(function* () {
        const repository = yield* SettlementRepository
        assert.deepStrictEqual(yield* repository.ofMarket("K"), Option.none())
        assert.deepStrictEqual(yield* collect(repository.since(at("2026-01-01T00:00:00Z"))), [])
      }).pipe(over([]))
    )
  })
