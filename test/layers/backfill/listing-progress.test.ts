/** How far a listing has come is read from its last page in the log, and from nothing else. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { BACKFILL_FEED } from "../../../src/domain/ask/backfill/plan.ts"
import { batched } from "../../../src/domain/ask/batch.ts"
import { canonicalRequest, single } from "../../../src/domain/ask/request.ts"
import * as Progress from "../../../src/layers/backfill/listing-progress.ts"
import { ObservationLog } from "../../../src/services/ObservationLog.ts"
import { answer, appendAll, logIn, SLOT, scopedFolder } from "../sqlite/support.ts"

const candlesOf = (tickers: ReadonlyArray<string>) =>
  batched(tickers, true, (some) =>
    single("/markets/candlesticks", "markets", { market_tickers: some.join(",") })
  )

/** The progress of a batch of candles whose answer had these markets. */
const progressAfter = (tickers: ReadonlyArray<string>, answered: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const request = candlesOf(tickers)
    const markets = answered.map((ticker) => ({ market_ticker: ticker, candlesticks: [] }))
    yield* appendAll([
      answer(0, {
        feed: BACKFILL_FEED,
        endpoint: request.endpoint,
        request: canonicalRequest(request),
        body: new TextEncoder().encode(JSON.stringify({ markets }))
      })
    ])
    const log = yield* ObservationLog
    const progressOf = yield* Progress.make
    return yield* progressOf(
      { request, about: tickers, inBothTiers: false },
      yield* log.lastPages(BACKFILL_FEED, SLOT)
    )
  }).pipe((progress) => Effect.flatMap(scopedFolder, (folder) => Effect.provide(progress, logIn(folder))))

describe("a batch whose answer is in the log", () => {
  it.scoped("is done if it has every market", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* progressAfter(["A", "B"], ["B", "A"]), { done: true })
    })
  )

  it.scoped("is not done if it lacks markets, and names them; a market alone is asked about again", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* progressAfter(["A", "B", "C"], ["B"]), {
        done: false,
        leftOut: ["A", "C"]
      })
      assert.deepStrictEqual(yield* progressAfter(["A"], []), {
        done: false,
        from: { page: 0, cursor: null }
      })
    })
  )
})
