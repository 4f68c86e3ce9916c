/** A lake that cannot be written: the error names the place, the lake is as before, and the next flush goes on. */
import { spawnSync } from "node:child_process"
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { lakePath } from "../../../src/layers/files/data-dir.ts"
import { rowsOf, tablesIn, tell } from "../projector/support.ts"
import { failsWith, raw, SLOT, scopedFolder } from "../sqlite/support.ts"
import { answers, compact, flush, inLake, inTables, pricesAt } from "./support.ts"

const told = (folder: string, page: number) =>
  Effect.provide(tell(...answers(page, [pricesAt(SLOT + page, [["A", "0.4149"]])])), tablesIn(folder))

const recorded = (folder: string) => [
  rowsOf(folder, "SELECT * FROM lake_files"),
  rowsOf(folder, "SELECT * FROM lake_tables")
]

const succeeds = (command: string, ...args: ReadonlyArray<string>) => spawnSync(command, args).status === 0

/** A disk of its own for the lake, if this machine lets the tests mount one. */
const lakeDisk = (folder: string) => {
  const at = lakePath(folder)
  mkdirSync(at, { recursive: true })
  return Effect.acquireRelease(
    Effect.sync(() => (succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", at) ? at : undefined)),
    () => Effect.sync(() => succeeds("umount", at))
  )
}

const fill = (file: string) => {
  const block = Buffer.alloc(4096, 1)
  try {
    for (;;) appendFileSync(file, block)
  } catch (error) {
    assert.strictEqual((error as NodeJS.ErrnoException).code, "ENOSPC")
  }
}

/** Asserts that a work fails with this message and records nothing. */
const failsAsBefore = <A, E extends { readonly _tag: string }>(
  folder: string,
  work: Effect.Effect<A, E | { readonly _tag: "StorageFailed"; readonly message: string }>,
  words: RegExp
) =>
  Effect.gen(function* () {
    const before = recorded(folder)
    const error = yield* failsWith(work, "StorageFailed")
    assert.match(String((error as { readonly message: string }).message), words)
    assert.deepStrictEqual(recorded(folder), before)
  })

describe("a flush", () => {
  it.scoped("names the place that something else takes, and goes on when it is free", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* told(folder, 0)
      const inTheWay = join(lakePath(folder), "price_snapshots")
      mkdirSync(lakePath(folder))
      writeFileSync(inTheWay, "a file")
      yield* failsAsBefore(folder, flush(folder), /a file stands .*lake\/price_snapshots/)
      rmSync(inTheWay)
      yield* flush(folder)
      assert.deepStrictEqual(yield* inLake(folder), inTables(folder))
    })
  )

  it.scoped("says that the disk is full or read-only, and goes on when it may write", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* told(folder, 0)
      const at = yield* lakeDisk(folder)
      if (at === undefined) return
      yield* flush(folder)
      yield* told(folder, 1)
      fill(join(at, "filling"))
      yield* failsAsBefore(folder, flush(folder), /writing .*lake\/price_snapshots.*the disk is full/)
      rmSync(join(at, "filling"))
      assert.isTrue(succeeds("mount", "-o", "remount,ro", at))
      yield* failsAsBefore(folder, flush(folder), /writing .*lake\/price_snapshots.*read-only/)
      raw(folder, (database) =>
        database.exec("UPDATE lake_files SET added_at = '1960-01-01T00:00:00.000000Z'")
      )
      yield* failsAsBefore(folder, compact(folder), /writing .*lake\/market_history.*read-only/)
      assert.isTrue(succeeds("mount", "-o", "remount,rw", at))
      yield* flush(folder)
      yield* compact(folder)
      assert.deepStrictEqual(yield* inLake(folder), inTables(folder))
    })
  )
})
