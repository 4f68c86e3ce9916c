/** A machine whose clock can be set, or that can sleep, beside an exchange that always knows the time. */
import { Clock, Effect, Layer } from "effect"
import { ExchangeUnreachable } from "../../../src/domain/errors.ts"
import { inspect } from "../../../src/domain/read/envelope.ts"
import { now } from "../../../src/layers/clock/now.ts"
import { KalshiApi } from "../../../src/services/KalshiApi.ts"

export interface Machine {
  /** Uses the clock of the test, whose time passes while the machine is awake. */
  readonly clock: Clock.Clock
  /** Sets the machine's clock forward or back. */
  readonly set: (millis: number) => void
  /** Lets time pass without a timer or the monotonic clock noticing it. */
  readonly sleep: (millis: number) => void
  /** The time, in milliseconds. */
  readonly truth: () => number
}

export const machine: Effect.Effect<Machine> = Effect.clockWith((clock) =>
  Effect.sync(() => {
    let [wrong, slept] = [0, 0]
    const millis = () => clock.unsafeCurrentTimeMillis() + slept + wrong
    const nanos = () => BigInt(Math.round(clock.unsafeCurrentTimeMillis())) * 1_000_000n
    return {
      clock: {
        [Clock.ClockTypeId]: Clock.ClockTypeId,
        unsafeCurrentTimeMillis: millis,
        unsafeCurrentTimeNanos: nanos,
        currentTimeMillis: Effect.sync(millis),
        currentTimeNanos: Effect.sync(nanos),
        sleep: (duration) => clock.sleep(duration)
      },
      set: (by) => {
        wrong += by
      },
      sleep: (by) => {
        slept += by
      },
      truth: () => clock.unsafeCurrentTimeMillis() + slept
    }
  })
)

/** The `Date` of the exchange's answers: a time, none, or no answer at all. */
export type Dating = () => string | undefined | "silence"

export const exchangeDating = (date: Dating) => {
  const asked: Array<string> = []
  const layer = Layer.succeed(KalshiApi, {
    baseUrl: "https://exchange.test",
    get: ({ pathAndQuery }) =>
      Effect.gen(function* () {
        asked.push(pathAndQuery)
        const dated = date()
        if (dated === "silence")
          return yield* new ExchangeUnreachable({ url: pathAndQuery, attempts: 1, why: "silence" })
        const body = new TextEncoder().encode("{}")
        return {
          status: 200,
          body,
          inspection: inspect(body),
          observedAt: yield* now,
          headers: dated === undefined ? {} : { date: dated },
          attempts: 1
        }
      })
  })
  return { asked, layer }
}
