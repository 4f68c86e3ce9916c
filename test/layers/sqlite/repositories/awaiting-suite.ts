/** The contract of every MarketRepository for markets that have closed and not paid. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck } from "effect"
import { type MarketRecord, MarketRepository } from "../../../../src/services/MarketRepository.ts"
import { type Adapter, at, collect, described, listing, market, utcTime } from "./support.ts"

const tickers = (markets: ReadonlyArray<MarketRecord>) => markets.map(({ ticker }) => ticker)

const OVER = ["closed", "determined", "disputed", "amended"]

export const awaitingSuite = (name: string, adapter: Adapter<MarketRepository>) =>
  describe(`markets that await settlement, by MarketRepository of ${name}`, () => {
    const over = (observations: Parameters<typeof adapter>[0]) => Effect.provide(adapter(observations))
    const asOf = "2026-11-22T12:00:00Z"
    const [before, after] = ["2026-11-22T11:59:59.999999Z", "2026-11-22T12:00:00.000001Z"]
    const settled = (settlement_ts: string | null) => ({
      status: "finalized",
      settlement_ts,
      close_time: before
    })

    it.effect("have closed by their time or status, and have not settled by that moment", () =>
      Effect.gen(function* () {
        const repository = yield* MarketRepository
        const awaiting = yield* collect(repository.awaitingSettlement(at(asOf)))
        assert.deepStrictEqual(tickers(awaiting), [
          "no time",
          "passed",
          "settles after",
          "at the moment",
          "amended early",
          "closed early",
          "determined early",
          "disputed early"
        ])
      }).pipe(
        over([
          described(
            { at: before, slot: asOf },
            market("passed", { close_time: before }),
            market("at the moment", { close_time: asOf }),
            market("a microsecond on", { close_time: after }),
            market("open, no time", { close_time: "" }),
            market("no time", { close_time: "", status: "closed" }),
            ...OVER.map((status) => market(`${status} early`, { status, close_time: after })),
            market("inactive", { status: "inactive", close_time: after })
          ),
          described(
            { at: after, slot: asOf, page: 1 },
            market("seen closed after", { close_time: after, status: "closed" }),
            market("settled before", settled(before)),
            market("settled at the moment", settled(asOf)),
            market("settled, no time", settled("")),
            market("settled, null", settled(null)),
            market("settles after", settled(after))
          )
        ])
      )
    )

    it.effect("are selected to the microsecond", () =>
      Effect.gen(function* () {
        const repository = yield* MarketRepository
        const [one = assert.fail("no market")] = yield* collect(repository.awaitingSettlement(utcTime(after)))
        assert.deepStrictEqual(one.closeTime, utcTime(after))
        assert.deepStrictEqual(yield* collect(repository.awaitingSettlement(at(asOf))), [])
        assert.deepStrictEqual(yield* collect(repository.awaitingSettlement(at("+100000-01-01T00:00:00Z"))), [
          one
        ])
      }).pipe(over([listing({ at: asOf }, market("ONE", { close_time: after }))]))
    )

    const moment = "2026-11-22T12:00:00.000000Z"
    const time = FastCheck.constantFrom(before, moment, after, "")
    const anyMarket = FastCheck.record({
      close_time: time,
      settlement_ts: time,
      status: FastCheck.constantFrom("active", "closed", "finalized")
    })

    it.effect.prop(
      "match their definition, whatever the page size, with ties",
      [FastCheck.array(anyMarket, { maxLength: 12 }), FastCheck.integer({ min: 1, max: 5 })],
      ([bodies, pageRows]) => {
        // The tickers are not in the order of the log.
        const known = bodies.map((body, index) => ({ ...body, ticker: `K-${(index * 7) % 13}` }))
        const expected = known
          .filter(
            ({ close_time, status }) => status === "closed" || (close_time !== "" && close_time <= moment)
          )
          .filter(({ settlement_ts, status }) => status !== "finalized" || settlement_ts > moment)
          .map(({ close_time, ticker }) => `${close_time} ${ticker}`)
          .sort()
        return Effect.gen(function* () {
          const repository = yield* MarketRepository
          const awaiting = yield* collect(repository.awaitingSettlement(utcTime(moment), { pageRows }))
          assert.deepStrictEqual(
            awaiting.map(
              ({ closeTime, ticker }) =>
                `${closeTime === null || closeTime === "" ? "" : closeTime.iso} ${ticker}`
            ),
            expected
          )
        }).pipe(
          over([described({ at: before, slot: asOf }, ...known.map((body) => market(body.ticker, body)))])
        )
      },
      { fastCheck: { numRuns: 15 } }
    )
  })
