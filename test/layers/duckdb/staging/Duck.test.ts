import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { openDuck } from "../../../../src/layers/duckdb/Duck.ts"
import { scopedFolder } from "../../sqlite/support.ts"

describe("an in-memory DuckDB", () => {
  it.scopedLive("answers each of several statements that run at the same time", () =>
    Effect.gen(function* () {
      const duck = yield* openDuck({
        memoryMegabytes: 256,
        spillFolder: yield* scopedFolder,
        onError: (why) => why
      })
      yield* duck.run("CREATE SCHEMA staged")
      const numbers = Array.from({ length: 400 }, (_, n) => n)
      const sums = yield* Effect.forEach(
        numbers,
        (n) =>
          Effect.scoped(
            Effect.gen(function* () {
              yield* duck.run(`CREATE TABLE staged.t${n} (n INTEGER)`)
              const appender = yield* duck.appender(`t${n}`)
              yield* duck.attempt(() => {
                appender.appendInteger(n)
                appender.endRow()
                appender.flushSync()
              })
              const result = yield* duck.run(`SELECT sum(n)::INTEGER AS n FROM staged.t${n}, range(1000)`)
              const [row] = yield* Effect.promise(() => result.getRowsJS())
              return row?.[0]
            })
          ),
        { concurrency: 8 }
      )
      assert.deepStrictEqual(
        sums,
        numbers.map((n) => n * 1000)
      )
    })
  )
})
