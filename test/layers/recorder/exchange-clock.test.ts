/** A wrong clock is told of; one that only runs fast, as the demo's does, is not wrong. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { isoMicros } from "../../../src/domain/time.ts"
import { fastClock } from "../../../src/layers/fast-clock.ts"
import { clockWarning } from "../../../src/layers/recorder/exchange-clock.ts"

const NOON = Date.UTC(2026, 10, 22, 12)

/** The warnings about answers that took so many seconds of a clock of such a speed from there to here. */
const warned = (speed: number, secondsApart: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const said: Array<string> = []
    const logger = Logger.make(({ message }) => void said.push(String(message)))
    const clock = yield* fastClock(NOON, speed)
    yield* Effect.gen(function* () {
      const warn = yield* clockWarning
      for (const apart of secondsApart) {
        yield* warn({
          headers: { date: new Date(NOON).toUTCString() },
          observedAt: isoMicros((NOON + apart * 1000) * 1000)
        })
      }
    }).pipe(Effect.withClock(clock), Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
    return said
  })

describe("the clock of this machine", () => {
  it.live("is told to be wrong once, where it is more than a minute apart from the exchange's", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* warned(1, [0, 59, -59]), [])
      assert.match((yield* warned(1, [110, 120])).join("\n"), /^this machine's clock is 110 seconds ahead/)
      assert.match((yield* warned(1, [-3600])).join("\n"), /^this machine's clock is 3600 seconds behind/)
    })
  )

  it.live("that is simulated is held to the same minute of real time", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* warned(600, [78, 110, 162, 239, 59 * 600]), [])
      assert.lengthOf(yield* warned(600, [61 * 600]), 1)
    })
  )
})
