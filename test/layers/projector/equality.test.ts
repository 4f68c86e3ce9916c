/**
 * Tables are a function of the log: whatever the batches in which it was read, and however often reading was
 * stopped and resumed, the tables are the same, row for row.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import { appendAll, head, scopedFolder } from "../sqlite/support.ts"
import { observations } from "./observations.ts"
import { catchUp, everything, outdated, rebuild, tablesIn, verify } from "./support.ts"

/**
 * One opening of the database: a number of answers arrive, and the tables follow up to some seq or to the
 * end.
 */
const session = fc.record({
  appended: fc.integer({ min: 0, max: 15 }),
  stops: fc.array(fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }), { maxLength: 3 })
})

describe("replay(log) == incremental(log)", () => {
  it.scoped.prop(
    "over any log, any batches, any stops and restarts",
    [observations(40), fc.array(session, { minLength: 1, maxLength: 4 })],
    ([log, sessions]) =>
      Effect.gen(function* () {
        const [folder, atOnce] = yield* Effect.all([scopedFolder, scopedFolder])
        let appended = 0
        for (const { appended: count, stops } of sessions) {
          const next = log.slice(appended, appended + count)
          appended += next.length
          yield* appendAll(next).pipe(
            Effect.zipRight(Effect.forEach(stops, (to) => catchUp(to))),
            Effect.provide(tablesIn(folder))
          )
        }
        yield* Effect.gen(function* () {
          yield* appendAll(log.slice(appended))
          const { seq } = yield* catchUp()
          assert.strictEqual(seq, (yield* head).seq)
          yield* verify
        }).pipe(Effect.provide(tablesIn(folder)))
        yield* appendAll(log).pipe(Effect.zipRight(catchUp()), Effect.provide(tablesIn(atOnce)))
        const incremental = everything(folder)
        assert.deepStrictEqual(incremental, everything(atOnce), "batches and restarts leave no trace")
        yield* Effect.provide(rebuild, tablesIn(folder))
        assert.deepStrictEqual(everything(folder), incremental, "nor does a replay")
      }),
    { fastCheck: { seed: 20261122, numRuns: 14 } }
  )

  it.scoped.prop(
    "replay is idempotent, and verify accepts the tables at any checkpoint",
    [observations(15), fc.integer({ min: 0, max: 20 })],
    ([log, to]) =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        yield* Effect.gen(function* () {
          yield* appendAll(log)
          yield* catchUp(to)
          yield* verify
          yield* rebuild
          const once = everything(folder)
          yield* rebuild
          assert.deepStrictEqual(everything(folder), once)
          yield* catchUp()
          assert.deepStrictEqual(everything(folder), once, "a rebuild reads to the head")
          assert.deepStrictEqual(yield* outdated, [])
          yield* verify
        }).pipe(Effect.provide(tablesIn(folder)))
      }),
    { fastCheck: { seed: 42, numRuns: 8 } }
  )
})
