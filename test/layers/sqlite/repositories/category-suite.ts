/** The contract of every MarketRepository for the open markets of a category. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { MarketRepository } from "../../../../src/services/MarketRepository.ts"
import { eventBody } from "../../../domain/read/wire/bodies.ts"
import { seriesBody } from "../../../domain/read/wire/other-bodies.ts"
import { type Adapter, collect, eventPage, listing, market, pageSizes, seriesPage } from "./support.ts"

const NOW = "2026-11-22T12:15:00Z"

/** Events with a category of their own, without one, and without a series; the tickers are not in order. */
const exchange = [
  listing(
    { at: NOW },
    market("Z", { event_ticker: "EVENT-2" }),
    market("own", { event_ticker: "EVENT-2", category: "Own" }),
    market("A", { event_ticker: "EVENT-2", category: "" }),
    market("over", { event_ticker: "EVENT-2", status: "finalized" }),
    market("M", { event_ticker: "EVENT-1" }),
    market("N", { event_ticker: "EVENT-3" }),
    market("lost", { event_ticker: "EVENT-4" }),
    market("empty", { event_ticker: "EVENT-5" })
  ),
  eventPage(
    { at: NOW },
    eventBody({ event_ticker: "EVENT-1", series_ticker: "RAIN", category: "" }),
    eventBody({ event_ticker: "EVENT-2", series_ticker: "RAIN", category: null }),
    eventBody({ event_ticker: "EVENT-3", series_ticker: "RAIN", category: "Other" }),
    eventBody({ event_ticker: "EVENT-5", series_ticker: "UNKNOWN", category: "" })
  ),
  seriesPage({ at: NOW }, seriesBody({ ticker: "RAIN", category: "Weather" }))
]

export const categorySuite = (name: string, adapter: Adapter<MarketRepository>) =>
  describe(`open markets of a category, by MarketRepository of ${name}`, () => {
    const over = Effect.provide(adapter(exchange))

    it.effect("have the category of the market, or its event, or its series", () =>
      Effect.gen(function* () {
        const repository = yield* MarketRepository
        const categoryOf = (ticker: string) =>
          Effect.map(repository.byTicker(ticker), (found) => Option.getOrThrow(found).category)
        assert.strictEqual(yield* categoryOf("own"), "Own")
        assert.strictEqual(yield* categoryOf("N"), "Other")
        for (const ticker of ["A", "M", "Z", "over"]) {
          assert.strictEqual(yield* categoryOf(ticker), "Weather", ticker)
        }
        assert.isNull(yield* categoryOf("lost"))
        assert.strictEqual(yield* categoryOf("empty"), "")
      }).pipe(over)
    )

    it.effect("are listed by event and ticker, the same whatever the page size", () =>
      Effect.gen(function* () {
        const repository = yield* MarketRepository
        const tickers = (category: string, pageRows?: number) =>
          Effect.map(
            collect(repository.openOfCategory(category, pageRows === undefined ? {} : { pageRows })),
            (markets) => markets.map(({ ticker }) => ticker)
          )
        assert.deepStrictEqual(yield* tickers("Weather"), ["M", "A", "Z"])
        assert.deepStrictEqual(yield* tickers("Own"), ["own"])
        assert.deepStrictEqual(yield* tickers("weather"), [])
        for (const pageRows of pageSizes(3)) {
          assert.deepStrictEqual(yield* tickers("Weather", pageRows), ["M", "A", "Z"], `by ${pageRows}`)
        }
      }).pipe(over)
    )
  })
