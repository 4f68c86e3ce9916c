/**
 * The Timekeeper over a steady clock and the exchange's `Date`. Slots, and the times at which answers came, are told
 * by the steady clock: what a wrong clock puts into the future would stand in the way of all that comes until then.
 */
import { Context, Effect, Layer, Option, Ref } from "effect"
import { KalshiApi, type RawResponse } from "../../services/KalshiApi.ts"
import { type Span, Timekeeper } from "../../services/Timekeeper.ts"
import { SIMULATED_SPEED } from "../recorder/exchange-clock.ts"
import { recordJump } from "../sqlite/clock-jumps.ts"
import { Database } from "../sqlite/Database.ts"
import { within } from "../time-limit.ts"
import type { SteadyClock } from "./steady.ts"
import { judge } from "./verdict.ts"

/** An answer that does not come by then tells no time; the next one of any feed will. */
const PATIENCE = "5 seconds"

/** Any answer tells the time; this one is short. */
const QUESTION = {
  feed: "clock",
  endpoint: "GET /exchange/status",
  pathAndQuery: "/exchange/status",
  background: false
}

/**
 * The exchange's time in milliseconds, as far as an answer tells it: it may have lain in a cache for a while. An
 * exchange whose time is made to run fast tells none.
 */
const timeOf = ({ headers }: Pick<RawResponse, "headers">): number | undefined => {
  if (SIMULATED_SPEED in headers) return undefined
  const made = Date.parse(headers.date ?? "")
  const age = Number(headers.age ?? 0)
  return Number.isNaN(made) ? undefined : made + (Number.isInteger(age) && age > 0 ? age * 1000 : 0)
}

export const make = ({ believe, moved, read }: SteadyClock) =>
  Effect.gen(function* () {
    const api = yield* KalshiApi
    const database = yield* Database
    const compared = yield* Ref.make(false)
    const unproven = yield* Ref.make<ReadonlyArray<Span>>([])
    /** What the question was asked about last: until the clock moves again, once is enough. */
    const askedAbout = yield* Ref.make(Option.none<number>())
    const one = yield* Effect.makeSemaphore(1)

    const isSettled = Effect.map(Ref.get(compared), (done) => {
      read()
      return done && moved() === 0
    })

    const hear = (response: Pick<RawResponse, "headers">) =>
      Effect.gen(function* () {
        if (yield* isSettled) return
        const reading = read()
        const jump = moved()
        const exchange = timeOf(response)
        const verdict = judge(reading, jump, exchange)
        believe(verdict.ahead)
        yield* Ref.set(compared, true)
        // A clock that is compared for the first time, and is right.
        if (jump === 0 && verdict.believed === "clock") return
        if (verdict.unproven)
          yield* Ref.update(unproven, (spans) => [...spans, { from: reading.believed, to: reading.machine }])
        yield* Effect.logWarning(`this machine's time: ${verdict.reason}.`)
        yield* recordJump({
          noticed: reading.machine - verdict.ahead,
          moved: jump,
          clock: reading.machine,
          exchange,
          believed: verdict.believed,
          reason: verdict.reason
        }).pipe(
          Effect.provideService(Database, database),
          Effect.catchAll(({ message }) => Effect.logWarning(message))
        )
      }).pipe(Effect.uninterruptible)

    const ask = Effect.gen(function* () {
      if (yield* isSettled) return
      const about = Option.some(moved())
      if (Option.getOrUndefined(yield* Ref.getAndSet(askedAbout, about)) === moved()) return
      const answer = yield* api.get(QUESTION).pipe(Effect.option, within(PATIENCE, Effect.succeedNone))
      yield* Option.match(answer, { onNone: () => Effect.void, onSome: hear })
    })

    return { settle: one.withPermits(1)(ask), hear, unproven: Ref.get(unproven) }
  })

export const layer = (clock: SteadyClock) =>
  Layer.effectContext(Effect.map(make(clock), (timekeeper) => Context.make(Timekeeper, timekeeper)))
