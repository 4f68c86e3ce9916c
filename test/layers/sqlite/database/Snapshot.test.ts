/** A snapshot that cannot be read fails at once, with SQLite's reason. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Stream } from "effect"
import { databasePath } from "../../../../src/layers/files/data-dir.ts"
import { openSnapshot, snapshotOf } from "../../../../src/layers/sqlite/database/Snapshot.ts"
import { stringsMarket } from "../../../domain/read/wire/bodies.ts"
import { page } from "../../projector/observations.ts"
import { tablesIn, tell } from "../../projector/support.ts"
import { failsWith, raw, scopedFolder } from "../support.ts"

const told = Effect.tap(scopedFolder, (folder) =>
  Effect.provide(tell(page(0, [stringsMarket()], 1)), tablesIn(folder))
)

describe("a snapshot", () => {
  it.scoped("stays the same while the file changes", () =>
    Effect.gen(function* () {
      const folder = yield* told
      const before = yield* openSnapshot(folder)
      yield* Effect.provide(tell(page(1, [stringsMarket({ ticker: "NEW" })], 2)), tablesIn(folder))
      const after = yield* openSnapshot(folder)
      const count = "SELECT count(*) FROM market_rows"
      assert.deepStrictEqual(yield* before.query(count), [[1]])
      assert.deepStrictEqual(yield* after.query(count), [[2]])
    })
  )

  it.scoped("reads rows in batches, also while it answers queries or another statement is read", () =>
    Effect.gen(function* () {
      const snapshot = yield* openSnapshot(yield* told)
      const batches = snapshot.batches("VALUES (1), (2), (3)", 2)
      const read = yield* Stream.runCollect(
        Stream.zip(
          Stream.mapEffect(batches, (batch) =>
            Effect.map(snapshot.query("SELECT ?", ["between"]), (answer) => [batch, answer] as const)
          ),
          batches
        )
      )
      assert.deepStrictEqual(
        Chunk.toReadonlyArray(read).map(([[batch, answer], other]) => ({ batch, answer, other })),
        [
          { batch: [[1], [2]], answer: [["between"]], other: [[1], [2]] },
          { batch: [[3]], answer: [["between"]], other: [[3]] }
        ]
      )
    })
  )

  it.live("lets timers fire between the batches, and closes where a statement is not read to its end", () =>
    Effect.gen(function* () {
      const fired = yield* Effect.scoped(
        Effect.gen(function* () {
          const snapshot = yield* openSnapshot(yield* told)
          let fired = 0
          const timer = setInterval(() => {
            fired += 1
          }, 0)
          const many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
          yield* Stream.runDrain(Stream.take(snapshot.batches(many, 1000), 300))
          clearInterval(timer)
          return fired
        })
      )
      assert.isAbove(fired, 1)
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
      const gone = "SELECT * FROM market_numbers"
      for (const read of [snapshot.query(gone), Stream.runDrain(snapshot.batches(gone, 10))]) {
        const { message } = yield* failsWith(read, "StorageFailed")
        assert.match(message, /no such table: market_numbers.*kalshi init/)
      }
      assert.match((yield* failsWith(snapshot.query("SELEC 1"), "StorageFailed")).message, /syntax error/)
      assert.deepStrictEqual(yield* snapshot.query("SELECT 1"), [[1]])
    })
  )
})
