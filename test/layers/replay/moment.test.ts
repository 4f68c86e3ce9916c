/** A moment that cannot be read says why, at once, and in the words of SQLite. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { projections } from "../../../src/domain/projections/all.ts"
import { databasePath } from "../../../src/layers/data-dir.ts"
import { readMoment } from "../../../src/layers/replay/moment.ts"
import { stringsMarket } from "../../domain/wire/bodies.ts"
import { page } from "../projector/observations.ts"
import { tablesIn, tell } from "../projector/support.ts"
import { failsWith, raw, scopedFolder } from "../sqlite/support.ts"

const told = Effect.tap(scopedFolder, (folder) =>
  Effect.provide(tell(page(0, [stringsMarket()], 1)), tablesIn(folder))
)

describe("a moment", () => {
  it.scoped("stays as it is while the file goes on", () =>
    Effect.gen(function* () {
      const folder = yield* told
      const count = { table: "market_rows", sql: "SELECT count(*) AS markets FROM market_rows" }
      const before = yield* readMoment(databasePath(folder), projections, { count })
      yield* Effect.provide(tell(page(1, [stringsMarket({ ticker: "NEW" })], 2)), tablesIn(folder))
      const after = yield* readMoment(databasePath(folder), projections, { count })
      assert.deepStrictEqual(before.answers, { count: [{ markets: 1 }] })
      assert.deepStrictEqual(after.answers, { count: [{ markets: 2 }] })
      const rows = (yield* after.digests).find(({ table }) => table === "markets")?.rows
      assert.strictEqual(rows, 2)
    })
  )

  it.scoped("answers nothing about a table that is not there", () =>
    Effect.gen(function* () {
      const folder = yield* told
      const { answers } = yield* readMoment(databasePath(folder), projections, {
        none: { table: "of_another_version", sql: "SELECT * FROM of_another_version" }
      })
      assert.deepStrictEqual(answers, { none: [] })
    })
  )

  it.scoped("of a file that is missing, or no database, fails and says so", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const missing = yield* failsWith(readMoment(join(folder, "none.db"), projections, {}), "StorageFailed")
      assert.match(missing.message, /none\.db.*the file cannot be opened/)
      const file = join(folder, "text.db")
      writeFileSync(file, "no database ".repeat(100))
      const other = yield* failsWith(readMoment(file, projections, {}), "StorageFailed")
      assert.match(other.message, /text\.db.*not an SQLite database/)
    })
  )

  it.scoped("without a table that it must have fails when its digests are asked for", () =>
    Effect.gen(function* () {
      const folder = yield* told
      raw(folder, (database) => database.exec("DROP VIEW markets; DROP TABLE shared_texts"))
      const { digests } = yield* readMoment(databasePath(folder), projections, {})
      assert.match((yield* failsWith(digests, "StorageFailed")).message, /no such table: shared_texts/)
    })
  )
})
