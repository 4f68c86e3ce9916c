/** Lines of the log on stderr, as the logger of the programs writes them. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel, TestClock } from "effect"
import { StorageFailed } from "../../../src/domain/errors.ts"
import { logLine, wrapLogLine } from "../../../src/programs/terminal/log-line.ts"

const linesOf = (withCause: boolean, logging: Effect.Effect<void>) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.make<unknown, void>((entry) => void lines.push(logLine(entry, withCause)))
    yield* TestClock.setTime(Date.UTC(2026, 10, 22, 12, 15))
    yield* logging.pipe(
      Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
      Logger.withMinimumLogLevel(LogLevel.Debug)
    )
    return lines
  })

describe("a line of the log", () => {
  it.effect("has the feed before the message, and other annotations after it", () =>
    Effect.gen(function* () {
      const slot = "2026-11-22T12:15:00Z"
      const lines = yield* linesOf(
        false,
        Effect.logInfo("complete, 3 items").pipe(Effect.annotateLogs({ slot, feed: "markets" }))
      )
      assert.deepStrictEqual(lines, [
        "2026-11-22T12:15:00.000Z INFO  markets: complete, 3 items slot=2026-11-22T12:15:00Z"
      ])
    })
  )

  it("is broken between words on a terminal, and nowhere else", () => {
    const line =
      "2026-11-22T12:15:00.000Z INFO  markets: complete, 3 items on 1 page slot=2026-11-22T12:15:00Z"
    assert.strictEqual(
      wrapLogLine(line, 80),
      `2026-11-22T12:15:00.000Z INFO  markets: complete, 3 items on 1 page\n${" ".repeat(31)}slot=2026-11-22T12:15:00Z`
    )
    assert.strictEqual(wrapLogLine(line, 160), line)
    assert.strictEqual(wrapLogLine(line, undefined), line)
  })

  it.effect("is one line, whatever the exchange has sent", () =>
    Effect.gen(function* () {
      const lines = yield* linesOf(false, Effect.logWarning("a\nb\u001b[31m"))
      assert.deepStrictEqual(lines, ["2026-11-22T12:15:00.000Z WARN  a\\nb\\x1b[31m"])
    })
  )

  it.effect("shows the cause of a failure at the debug level only, with the cause behind it", () =>
    Effect.gen(function* () {
      const cause = new Error("SQLITE_FULL: database or disk is full")
      const failed = new StorageFailed({ operation: "appending", why: "the disk is full", cause })
      const logging = Effect.catchAllCause(Effect.fail(failed), (why) => Effect.logDebug("ended", why))
      const [without] = yield* linesOf(false, logging)
      assert.match(without ?? "", / DEBUG ended$/)
      const lines = yield* linesOf(true, logging)
      assert.lengthOf(lines, 1)
      assert.match(
        lines[0] ?? "",
        / DEBUG ended cause=.*the disk is full.*SQLITE_FULL: database or disk is full/
      )
    })
  )
})
