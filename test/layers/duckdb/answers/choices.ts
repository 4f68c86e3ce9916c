/** The random choices of which a universe is made. */
import { FastCheck as fc } from "effect"
import { type Backfill, INTERVAL, NEVER_LISTED, type Run, SLOTS, TICKERS, tickerOf } from "./universe.ts"

/** What an arbitrary makes. */
export type Drawn<A> = A extends fc.Arbitrary<infer Value> ? Value : never

const ends = fc.oneof(
  { arbitrary: fc.constant<Run["status"]>("complete"), weight: 5 },
  { arbitrary: fc.constantFrom<Run["status"]>("failed", "missed", "skipped", "running"), weight: 2 }
)

/** A run with the seconds from its slot until its answer has come, which may be after the next slot. */
export const run = fc.record({
  status: ends,
  delay: fc.integer({ min: 1, max: 1100 }),
  isOnce: fc.constantFrom(false, false, false, true)
})

const side = fc.constantFrom(0, 0, 3, 20.5, 41)

/** Half slots from the first slot to the close: mostly after the end. */
const close = fc.oneof(
  { arbitrary: fc.constant(40), weight: 5 },
  { arbitrary: fc.integer({ min: -1, max: 2 * SLOTS }), weight: 1 }
)

const listed = fc.option(fc.record({ bid: side, ask: side.map((cents) => 100 - cents / 2), close }), {
  freq: 5
})

const level = fc.tuple(fc.integer({ min: 1, max: 49 }), fc.constantFrom(1, 2.5, 100))
const levels = fc.uniqueArray(level, { maxLength: 3, selector: ([price]) => price })

const slot = fc.record({
  prices: run,
  listed: fc.array(listed, { minLength: TICKERS, maxLength: TICKERS }),
  isShort: fc.boolean(),
  books: run,
  sides: fc.array(fc.option(fc.record({ yes: levels, no: levels }), { freq: 3 }), {
    minLength: TICKERS,
    maxLength: TICKERS
  }),
  trades: run,
  trading: fc.constantFrom(true, true, true, true, true, false),
  isShardTrading: fc.constantFrom(true, true, true, false)
})

const state = fc.record({
  ticker: fc.oneof(fc.integer({ min: 0, max: TICKERS - 1 }), fc.constant(NEVER_LISTED)),
  at: fc.integer({ min: 1, max: SLOTS * INTERVAL }),
  status: fc.constantFrom("initialized", "inactive", "active", "closed", "determined", "finalized"),
  close
})

const trade = fc.record({
  ticker: fc.integer({ min: 0, max: TICKERS - 1 }),
  at: fc.integer({ min: -2, max: 2 * SLOTS }),
  id: fc.integer({ min: 0, max: 15 }),
  price: fc.integer({ min: 1, max: 99 })
})

/** Some begin where another may end. */
const backfill = fc.record({
  slot: fc.integer({ min: 1, max: 2 * SLOTS }),
  from: fc.constantFrom(null, -3, 0, 2, 4),
  to: fc.constantFrom(null, 0, 2, 4, 9),
  tickers: fc.option(
    fc.subarray(
      Array.from({ length: TICKERS }, (_, n) => tickerOf(n)),
      { minLength: 1 }
    )
  ),
  by: fc.constantFrom<Backfill["by"]>("event", "series", "all"),
  isComplete: fc.constantFrom(true, true, false)
})

export const choices = fc.record({
  slots: fc.array(slot, { minLength: SLOTS, maxLength: SLOTS }),
  states: fc.array(state, { maxLength: 8 }),
  backfills: fc.uniqueArray(backfill, { maxLength: 3, selector: ({ slot }) => slot }),
  trades: fc.uniqueArray(trade, { maxLength: 40, selector: ({ at, id, ticker }) => `${ticker} ${at} ${id}` })
})
