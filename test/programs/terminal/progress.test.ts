import { assert, describe, it } from "@effect/vitest"
import { Effect, HashMap, Logger } from "effect"
import { plainLines } from "../../../src/programs/terminal/progress.ts"

describe("a line of progress", () => {
  it.effect("carries no feed, because it counts the items of all feeds", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ annotations, message }) => {
      lines.push(`${HashMap.size(annotations)} ${message}`)
    })
    return Effect.gen(function* () {
      const { at } = yield* plainLines("recording", "items", 0)
      yield* at(9289, 12_000)
      assert.deepStrictEqual(lines, ["0 recording: 9,289 of 12,000 items"])
    }).pipe(
      Effect.annotateLogs({ feed: "orderbooks", slot: "2026-11-29T04:35:57Z" }),
      Effect.provide(Logger.replace(Logger.defaultLogger, logger))
    )
  })
})
