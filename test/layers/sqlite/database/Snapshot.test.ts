/** A snapshot that cannot be read fails at once, with SQLite's reason. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { databasePath } from "../../../../src/layers/files/data-dir.ts"
import { openSnapshot, type Pending, snapshotOf } from "../../../../src/layers/sqlite/database/Snapshot.ts"
import { stringsMarket } from "../../../domain/read/wire/bodies.ts"
import { page } from "../../projector/observations.ts"
import { tablesIn, tell } from "../../projector/support.ts"
import { failsWith, raw, scopedFolder } from "../support.ts"

const told = Effect.tap(scopedFolder, (folder) =>
  Effect.provide(tell(page(0, [stringsMarket()], 1)), tablesIn(folder))
)

const NUMBERS = { name: "market_numbers", columns: ["market", "ticker"], key: ["market"] }

const failure = (pending: Effect.Effect<Pending<unknown>>) =>
  failsWith(Effect.flatten(pending), "StorageFailed")

describe("a snapshot", () => {
  it.scoped("stays the same while the file changes", () =>
    Effect.gen(function* () {
      const folder = yield* told
      const before = yield* openSnapshot(folder)
      yield* Effect.provide(tell(page(1, [stringsMarket({ ticker: "NEW" })], 2)), tablesIn(folder))
      const after = yield* openSnapshot(folder)
      const count = "SELECT count(*) FROM market_rows"
      assert.deepStrictEqual(yield* yield* before.ask(count), [[1]])
      assert.deepStrictEqual(yield* yield* after.ask(count), [[2]])
      const digests = [yield* yield* before.digest(NUMBERS), yield* yield* after.digest(NUMBERS)]
      assert.deepStrictEqual(
        digests.map(({ rows }) => rows),
        [1, 2]
      )
      assert.notStrictEqual(digests[0]?.sha256, digests[1]?.sha256)
    })
  )

  it.scoped("answers queries in their order, and in parts if they are read in parts", () =>
    Effect.gen(function* () {
      const snapshot = yield* openSnapshot(yield* told)
      const next = yield* snapshot.open("VALUES (1), (2), (3)")
      const answers = [
        yield* next(2),
        yield* snapshot.ask("SELECT ?", ["between"]),
        yield* next(2),
        yield* next(2)
      ]
      assert.deepStrictEqual(yield* Effect.all(answers.reverse()), [[], [[3]], [["between"]], [[1], [2]]])
    })
  )

  it.scoped("of a missing file, or of a file that is no database, fails with the reason", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const missing = yield* failsWith(snapshotOf(join(folder, "none.db")), "StorageFailed")
      assert.match(missing.message, /none\.db.*the file cannot be opened/)
      yield* failsWith(openSnapshot(folder), "NoDatabase")
      writeFileSync(databasePath(folder), "no database ".repeat(100))
      const other = yield* failsWith(openSnapshot(folder), "StorageFailed")
      assert.match(other.message, /kalshi\.db.*not an SQLite database/)
    })
  )

  it.scoped("answers the next query after one that failed", () =>
    Effect.gen(function* () {
      const folder = yield* told
      raw(folder, (database) => database.exec("DROP VIEW markets; DROP TABLE market_numbers"))
      const snapshot = yield* openSnapshot(folder)
      for (const question of [snapshot.digest(NUMBERS), snapshot.ask("SELECT * FROM market_numbers")]) {
        const { message } = yield* failure(question)
        assert.match(message, /no such table: market_numbers.*kalshi init/)
      }
      assert.match((yield* failure(snapshot.ask("SELEC 1"))).message, /syntax error/)
      assert.deepStrictEqual(yield* yield* snapshot.ask("SELECT 1"), [[1]])
    })
  )
})
