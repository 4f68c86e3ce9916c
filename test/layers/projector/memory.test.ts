/** A description that was read before is never missing from the tables. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { observe } from "../../domain/read/observe.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { folder } from "../../programs/run.ts"
import { rebuild, rowsOf, tablesIn, tell, verify } from "./support.ts"

let page = 0
const said = (title: string, minute: number, ticker = "T") =>
  observe(
    { markets: [stringsMarket({ ticker, title })] },
    { page: page++, observedAt: `2026-11-22T12:${String(minute).padStart(2, "0")}:00.000000Z` }
  )

const titles = (dataDir: string) =>
  rowsOf(dataDir, "SELECT title FROM markets ORDER BY ticker").map((row) => row.title)

describe("a description that was read before", () => {
  it.scopedLive("is written again if another one came between", () =>
    Effect.gen(function* () {
      const dataDir = yield* folder
      yield* tell(said("A", 1), said("B", 2), said("A", 3)).pipe(Effect.provide(tablesIn(dataDir)))
      assert.deepStrictEqual(titles(dataDir), ["A"])
    })
  )

  it.scopedLive("is written if it lost against a newer one the first time and is newest now", () =>
    Effect.gen(function* () {
      const dataDir = yield* folder
      yield* Effect.gen(function* () {
        yield* tell(said("A", 10))
        yield* tell(said("B", 5))
        assert.deepStrictEqual(titles(dataDir), ["A"])
        yield* tell(said("B", 20))
        assert.deepStrictEqual(titles(dataDir), ["B"])
        yield* verify
      }).pipe(Effect.provide(tablesIn(dataDir)))
    })
  )

  it.scopedLive("is written to tables that were rebuilt in between", () =>
    Effect.gen(function* () {
      const dataDir = yield* folder
      yield* Effect.gen(function* () {
        yield* tell(said("A", 1), said("A", 1, "U"))
        yield* rebuild
        yield* tell(said("A", 2), said("C", 2, "V"))
        yield* rebuild
        assert.deepStrictEqual(titles(dataDir), ["A", "A", "C"])
        assert.strictEqual(rowsOf(dataDir, "SELECT * FROM price_snapshots").length, 3)
      }).pipe(Effect.provide(tablesIn(dataDir)))
    })
  )
})
