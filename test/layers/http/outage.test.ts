/** Log lines about an exchange that does not answer, and about each attempt at debug level. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, HashMap, Logger, LogLevel } from "effect"
import { answer, asking, client, impatient, server } from "./support.ts"

interface Line {
  readonly at: number
  readonly level: string
  readonly text: string
}

/** Keeps the lines that are logged at a level or above. */
const listening = (from: LogLevel.LogLevel) => {
  const lines: Array<Line> = []
  const logger = Logger.make(({ annotations, logLevel, message }) => {
    assert.isTrue(HashMap.isEmpty(annotations))
    lines.push({ at: performance.now(), level: logLevel.label, text: String(message) })
  })
  const heard = <A, E, R>(self: Effect.Effect<A, E, R>) =>
    self.pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)), Logger.withMinimumLogLevel(from))
  return { lines, heard }
}

const MARKETS = asking("/markets?limit=1000&status=open")

describe("an exchange that does not answer", () => {
  it.scopedLive("is logged once with the cause first, then counted, and its return is logged", () =>
    Effect.gen(function* () {
      const { heard, lines } = listening(LogLevel.Info)
      const began = performance.now()
      const { url } = yield* server((_, response, request) =>
        performance.now() - began < 6000 ? request.socket.destroy() : answer(response, 200, '{"markets":[]}')
      )
      const made = yield* heard(Effect.flatMap(client(url), (api) => api.get(MARKETS)))
      assert.strictEqual(made.status, 200)
      const [first, ...others] = lines
      assert.strictEqual(first?.level, "WARN")
      assert.match(first?.text ?? "", /^http:\S+ gives no usable answer \(.+\); it is asked again and again$/)
      const last = others.pop()
      assert.match(last?.text ?? "", /^the exchange answers, after \d+ s$/)
      assert.isAtLeast(others.length, 1)
      for (const { text } of others) assert.match(text, /^no answer for \d+ s, after \d+ failed attempts?/)
      const times = [began, ...lines.map(({ at }) => at)]
      times.slice(1).forEach((at, n) => {
        assert.isBelow(at - (times[n] ?? at), n + 2 === times.length ? 12_000 : 3000)
      })
    })
  )

  it.scopedLive("at all is logged as silent within two seconds, although no attempt has failed yet", () =>
    Effect.gen(function* () {
      const { heard, lines } = listening(LogLevel.Info)
      const { url } = yield* server(() => undefined)
      const asked = yield* Effect.fork(heard(Effect.flatMap(client(url), (api) => api.get(MARKETS))))
      yield* Effect.sleep("2500 millis")
      yield* Fiber.interrupt(asked)
      assert.match(lines[0]?.text ?? "", /^waiting for the first answer of http:/)
    })
  )

  it.scopedLive("to single requests is not logged", () =>
    Effect.gen(function* () {
      const { heard, lines } = listening(LogLevel.Info)
      const { url } = yield* server((nth, response) =>
        answer(response, nth % 2 === 0 ? 200 : 503, '{"markets":[]}')
      )
      yield* heard(Effect.flatMap(client(url), (api) => impatient(Effect.repeatN(api.get(MARKETS), 20))))
      assert.deepStrictEqual(lines, [])
    })
  )
})

describe("each attempt of a request", () => {
  it.scopedLive("is one line at debug level: status, time, attempt, wait, path and query", () =>
    Effect.gen(function* () {
      const { heard, lines } = listening(LogLevel.Debug)
      const { url } = yield* server((nth, response) =>
        answer(response, nth === 1 ? 503 : 200, '{"markets":[]}')
      )
      yield* heard(Effect.flatMap(client(url), (api) => impatient(api.get(MARKETS))))
      const texts = lines.filter(({ level }) => level === "DEBUG").map(({ text }) => text)
      assert.match(
        texts[0] ?? "",
        /^HTTP 503, in \d+ ms, attempt 1, after \d+ ms of waiting for the budget: GET \/markets\?limit=1000&status=open$/
      )
      assert.match(texts[1] ?? "", /^200, 14 bytes, in \d+ ms, attempt 2, after \d+ ms/)
    })
  )
})
