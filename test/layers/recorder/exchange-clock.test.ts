/** A wrong clock causes a warning, unless it is simulated at another speed. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { isoMicros } from "../../../src/domain/units/time.ts"
import { believedAt, clockWarning } from "../../../src/layers/recorder/exchange-clock.ts"
import { exchange, get, NOON } from "../../simulator/support.ts"

/** The warnings about answers dated noon and received a number of seconds later by this machine's clock. */
const warned = (secondsApart: ReadonlyArray<number>, headers: Record<string, string> = {}) =>
  Effect.gen(function* () {
    const said: Array<string> = []
    const logger = Logger.make(({ message }) => void said.push(String(message)))
    yield* Effect.gen(function* () {
      const warn = yield* clockWarning
      for (const apart of secondsApart) {
        yield* warn({
          headers: { date: new Date(NOON).toUTCString(), ...headers },
          observedAt: isoMicros((NOON + apart * 1000) * 1000)
        })
      }
    }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
    return said
  })

describe("the clock of this machine", () => {
  it.live("causes one warning if it is more than a minute from the exchange's", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* warned([0, 59, -59]), [])
      assert.match((yield* warned([110, 120])).join("\n"), /^this machine's clock is 110 seconds ahead/)
      assert.match((yield* warned([-3600])).join("\n"), /^this machine's clock is 3600 seconds behind/)
    })
  )

  it.live("causes no warning if the exchange's date is days from it, since that date is not trusted", () =>
    Effect.gen(function* () {
      const [words] = yield* warned([20_000 * 86_400])
      assert.match(words ?? "", /^the exchange dates its answers .*is not believed/)
    })
  )

  it.scopedLive("is not compared with a clock that is simulated at another speed", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 20, speed: 600 })
      const { headers } = yield* get(x, "/exchange/status")
      assert.deepStrictEqual(yield* warned([110, 36_000], Object.fromEntries(headers)), [])
      const still = yield* exchange({ markets: 20, speed: 1 })
      const real = yield* get(still, "/exchange/status")
      assert.lengthOf(yield* warned([36_000], Object.fromEntries(real.headers)), 1)
    })
  )
})

describe("the date of an answer", () => {
  const slot = NOON / 1000

  it.each([
    ["of the same second", new Date(NOON).toUTCString(), slot],
    ["of an hour before", new Date(NOON - 3_600_000).toUTCString(), slot - 3600],
    ["of a day after", new Date(NOON + 86_400_000).toUTCString(), slot + 86_400],
    ["of 1970", "Thu, 01 Jan 1970 00:00:00 GMT", undefined],
    ["of 2100", "Fri, 01 Jan 2100 00:00:00 GMT", undefined],
    ["of last week", new Date(NOON - 7 * 86_400_000).toUTCString(), undefined],
    ["that is none", "soon", undefined]
  ])("%s", (_, date, believed) => {
    assert.strictEqual(believedAt({ headers: { date } }, slot), believed)
  })
})
