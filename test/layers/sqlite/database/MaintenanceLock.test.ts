/** One maintenance at a time for each data directory, beside its writer. */
import { existsSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { maintenanceHolderPath } from "../../../../src/layers/files/data-dir.ts"
import * as MaintenanceLock from "../../../../src/layers/sqlite/database/MaintenanceLock.ts"
import * as WriterLock from "../../../../src/layers/sqlite/database/WriterLock.ts"
import { failsWith, scopedFolder } from "../support.ts"

const taken = (folder: string) =>
  failsWith(Effect.scoped(MaintenanceLock.acquire(folder, "another test")), "MaintenanceLocked")

describe("the lock of maintenance", () => {
  it.scoped("is refused to a second maintenance, with the first one named, and free again afterwards", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* MaintenanceLock.acquire(folder, "a test")
          const refusal = yield* taken(folder)
          assert.include(refusal.holder, `a test (process ${process.pid} on `)
          assert.match(refusal.message, /^another maintenance works on .*: a test \(process /)
        })
      )
      assert.isFalse(existsSync(maintenanceHolderPath(folder)), "nobody is said to hold it")
      yield* Effect.scoped(MaintenanceLock.acquire(folder, "a test"))
    })
  )

  it.scoped("is free beside a writer, and a writer beside it", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* WriterLock.acquire(folder, "a writer")
      yield* MaintenanceLock.acquire(folder, "a test")
      yield* taken(folder)
      assert.strictEqual((yield* WriterLock.holderOf(folder))?.program, "a writer")
    })
  )

  it.scoped("does not depend on the note that a killed process has left", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      writeFileSync(maintenanceHolderPath(folder), "{")
      yield* MaintenanceLock.acquire(folder, "a test")
      assert.include((yield* taken(folder)).holder, "a test")
    })
  )
})
