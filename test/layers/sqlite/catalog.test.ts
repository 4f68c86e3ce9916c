/** The documented tables are those that the migrations create. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { publicTables } from "../../../src/domain/read/catalog.ts"
import { databaseIn, hasShell, raw, scopedFolder, shell } from "./support.ts"

it.scoped("every table of the catalog is in the database, with its columns in order", () =>
  Effect.gen(function* () {
    const dataDir = yield* scopedFolder
    yield* Effect.provide(Effect.void, databaseIn(dataDir))
    for (const { columns, key, name } of publicTables) {
      const there = raw(dataDir, (database) =>
        database.prepare<[string], string>("SELECT name FROM pragma_table_info(?)").pluck().all(name)
      )
      assert.deepStrictEqual(there, Object.keys(columns), name)
      assert.includeMembers(Object.keys(columns), [...key], name)
      if (hasShell) assert.strictEqual(shell(dataDir, `SELECT * FROM ${name}`).status, 0, name)
    }
  })
)
