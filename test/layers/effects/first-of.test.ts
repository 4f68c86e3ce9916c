import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Ref } from "effect"
import { firstOf } from "../../../src/layers/effects/first-of.ts"

describe("the first of two", () => {
  const running = Effect.map(Ref.make<ReadonlyArray<string>>([]), (said) => {
    const say = (word: string) => Ref.update(said, (before) => [...before, word])
    const slowToEnd = (name: string) =>
      Effect.never.pipe(Effect.onInterrupt(() => Effect.delay(say(`${name} ended`), "20 millis")))
    const database = Layer.scopedDiscard(Effect.acquireRelease(say("opened"), () => say("closed")))
    return { said: Ref.get(said), say, slowToEnd, database }
  })

  it.live("ends both when it is interrupted, before the resources that they use are closed", () =>
    Effect.gen(function* () {
      const { database, said, slowToEnd } = yield* running
      const fiber = yield* Effect.fork(
        firstOf(slowToEnd("one"), slowToEnd("other")).pipe(Effect.provide(database))
      )
      yield* Effect.sleep("20 millis")
      const exit = yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.isInterrupted(exit))
      assert.deepStrictEqual(yield* said, ["opened", "one ended", "other ended", "closed"])
    })
  )

  it.live("has the result of the first to end, and ends the other before it returns", () =>
    Effect.gen(function* () {
      const { database, said, slowToEnd } = yield* running
      const won = firstOf(Effect.as(Effect.sleep("10 millis"), "won"), slowToEnd("loser"))
      assert.strictEqual(yield* Effect.provide(won, database), "won")
      const failed = firstOf(slowToEnd("loser"), Effect.fail("broken"))
      assert.deepStrictEqual(yield* Effect.exit(Effect.provide(failed, database)), Exit.fail("broken"))
      assert.deepStrictEqual(yield* said, [
        "opened",
        "loser ended",
        "closed",
        "opened",
        "loser ended",
        "closed"
      ])
    })
  )
})
