/**
 * The Timekeeper: it compares this machine's clock with the `Date` of the exchange's answers, and corrects
 * the steady clock. Slots, and the times at which answers came, are taken from the steady clock, because a
 * row that a wrong clock dates in the future would block all rows until that time.
 */
import { Context, Effect, Layer, Option, Ref } from "effect"
import { KalshiApi, type RawResponse } from "../../services/KalshiApi.ts"
import { Timekeeper, type UnprovenSpan } from "../../services/Timekeeper.ts"
import { within } from "../effects/time-limit.ts"
import { ofWholeProcess } from "../effects/whole-process.ts"
import { SIMULATED_SPEED } from "../recorder/exchange-clock.ts"
import { Database } from "../sqlite/database/Database.ts"
import { recordJump } from "../sqlite/records/clock-jumps.ts"
import type { SteadyClock } from "./steady.ts"
import { judge } from "./verdict.ts"

/**
 * How long to wait for the answer to DATE_REQUEST. If it does not come, the next answer to any feed is used
 * instead.
 */
const PATIENCE = "5 seconds"

/** The request that is sent to learn the exchange's time. Any answer has a `Date`; this one is short. */
const DATE_REQUEST = {
  feed: "clock",
  endpoint: "GET /exchange/status",
  pathAndQuery: "/exchange/status",
  background: false
}

/**
 * Returns the exchange's time at which an answer arrived, in milliseconds since 1970: its `Date`, plus its
 * `Age` if it came from a cache. Returns `undefined` if there is no usable `Date`, or if the exchange runs on
 * simulated time.
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
    const unproven = yield* Ref.make<ReadonlyArray<UnprovenSpan>>([])
    /** The jump, in milliseconds, for which DATE_REQUEST was last sent. It is sent once for each jump. */
    const askedAbout = yield* Ref.make(Option.none<number>())
    const one = yield* Effect.makeSemaphore(1)

    const isSettled = Effect.map(Ref.get(compared), (done) => {
      read()
      return done && moved() === 0
    })

    const compare = (response: Pick<RawResponse, "headers">) =>
      Effect.gen(function* () {
        if (yield* isSettled) return
        const reading = read()
        const jump = moved()
        const exchange = timeOf(response)
        const verdict = judge(reading, jump, exchange)
        believe(verdict.ahead)
        yield* Ref.set(compared, true)
        // The first comparison has found that this machine's clock is right.
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
      }).pipe(ofWholeProcess, Effect.uninterruptible)

    const ask = Effect.gen(function* () {
      if (yield* isSettled) return
      const about = Option.some(moved())
      if (Option.getOrUndefined(yield* Ref.getAndSet(askedAbout, about)) === moved()) return
      const answer = yield* api.get(DATE_REQUEST).pipe(Effect.option, within(PATIENCE, Effect.succeedNone))
      yield* Option.match(answer, { onNone: () => Effect.void, onSome: compare })
    })

    return { settle: one.withPermits(1)(ask), compare, unproven: Ref.get(unproven) }
  })

export const layer = (clock: SteadyClock) =>
  Layer.effectContext(Effect.map(make(clock), (timekeeper) => Context.make(Timekeeper, timekeeper)))
