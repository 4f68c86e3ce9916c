/** The bracket around recorded work: once the start is recorded, the outcome is too. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { ExchangeUnreachable, StorageFailed } from "../../../../src/domain/errors.ts"
import { bracket } from "../../../../src/layers/sqlite/records/bracket.ts"

/** Brackets work, and notes what is recorded of it. */
const recorded = <A, E>(work: Effect.Effect<A, E>) => {
  const notes: Array<string> = []
  const note = (words: string) => Effect.sync(() => void notes.push(words))
  const run = bracket({
    start: note("started"),
    work: () => work,
    outcomeOf: (exit) => Effect.succeed(Exit.isSuccess(exit) ? "complete" : "failed"),
    finish: note
  })
  return { notes, run }
}

describe("a bracket", () => {
  it.effect("records the start and the outcome of work", () =>
    Effect.gen(function* () {
      const { notes, run } = recorded(Effect.succeed(1))
      assert.strictEqual(yield* run, "complete")
      assert.deepStrictEqual(notes, ["started", "complete"])
    })
  )

  it.effect("returns the outcome of work that fails for the exchange, for the tables, or for a bug", () =>
    Effect.gen(function* () {
      const unreachable = new ExchangeUnreachable({ url: "http://x", attempts: 1, why: "ECONNREFUSED" })
      const tables = new StorageFailed({ operation: "reading", why: "no such table", code: "SQLITE_ERROR" })
      for (const work of [Effect.fail(unreachable), Effect.fail(tables), Effect.die("a bug")]) {
        const { notes, run } = recorded<never, ExchangeUnreachable | StorageFailed>(work)
        assert.strictEqual(yield* run, "failed")
        assert.deepStrictEqual(notes, ["started", "failed"])
      }
    })
  )

  it.effect("passes a failure of the disk on once its outcome is recorded", () =>
    Effect.gen(function* () {
      const full = new StorageFailed({ operation: "appending", why: "the disk is full", code: "SQLITE_FULL" })
      const { notes, run } = recorded(Effect.fail(full))
      assert.strictEqual(yield* Effect.flip(run), full)
      assert.deepStrictEqual(notes, ["started", "failed"])
    })
  )

  it.effect("records the outcome of work that is interrupted", () =>
    Effect.gen(function* () {
      const { notes, run } = recorded(Effect.never)
      const fiber = yield* Effect.fork(run)
      yield* Effect.yieldNow()
      yield* Effect.yieldNow()
      assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
      assert.deepStrictEqual(notes, ["started", "failed"])
    })
  )
})
