/** Backups of recordings whose log is in the archive and whose facts are in the lake, made by the real ones. */
import { copyFileSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import { adoptSegments } from "../../../src/layers/archive/adoption.ts"
import { repairLake } from "../../../src/layers/backup/lake-check.ts"
import { databasePath } from "../../../src/layers/files/data-dir.ts"
import { archiveAll, hotSeqs, segmentsOf } from "../archive/support.ts"
import { answers, compact, flush, inLake, inTables, pricesAt, said } from "../lake/support.ts"
import { catchUp, everything, tablesIn, tell, verify } from "../projector/support.ts"
import { copyOf, databaseIn, readAll, SLOT, scopedFolder, verifyAll } from "../sqlite/support.ts"
import { restore, take } from "./support.ts"

const filesBelow = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()

/** The whole recording as a reader sees it, whatever tier it is in. */
const contentsOf = (dataDir: string) =>
  Effect.gen(function* () {
    const log = yield* Effect.provide(readAll, tablesIn(dataDir))
    return {
      log: log.map(({ body, ...rest }) => ({ ...rest, body: Buffer.from(body).toString() })),
      tables: everything(dataDir),
      lake: yield* inLake(dataDir)
    }
  })

describe("a recording of three tiers", () => {
  it.scoped("is restored as it was at the moment of the backup, whatever is done to it afterwards", () =>
    Effect.gen(function* () {
      const runs = fc.sample(
        fc.record({
          first: fc.array(said, { minLength: 3, maxLength: 10 }),
          second: fc.array(said, { minLength: 1, maxLength: 6 }),
          third: fc.array(said, { minLength: 1, maxLength: 6 })
        }),
        { numRuns: 3, seed: 20261122 }
      )
      for (const { first, second, third } of runs) {
        const dataDir = yield* scopedFolder
        const telling = (told: typeof first, from: number) =>
          Effect.provide(tell(...answers(from, told)), tablesIn(dataDir))
        yield* telling(first, 0)
        yield* flush(dataDir)
        yield* archiveAll(dataDir)
        yield* telling(second, 100)
        yield* flush(dataDir)
        const before = yield* contentsOf(dataDir)
        const path = join(yield* scopedFolder, "backup")
        yield* take({ dataDir, output: path })

        yield* telling(third, 200)
        yield* flush(dataDir)
        yield* compact(dataDir)
        yield* archiveAll(dataDir)

        const target = join(yield* scopedFolder, "data")
        yield* restore({ backup: path, dataDir: target })
        assert.deepStrictEqual(yield* contentsOf(target), before)
        yield* Effect.gen(function* () {
          assert.strictEqual(yield* verifyAll, before.log.length)
          yield* verify
          yield* tell(...answers(300, third))
          yield* verify
        }).pipe(Effect.provide(tablesIn(target)))
        yield* flush(target)
        yield* archiveAll(target)
        assert.deepStrictEqual(yield* inLake(target), inTables(target))
      }
    })
  )

  it.scoped("is whole again after an older kalshi.db was put back alone", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      const [first = [], second = []] = fc.sample(fc.array(said, { minLength: 5, maxLength: 9 }), {
        numRuns: 2,
        seed: 20261123
      })
      const telling = (told: typeof first, from: number) =>
        Effect.provide(tell(...answers(from, told)), tablesIn(dataDir))
      const quoted = [pricesAt(SLOT, [["KXA-T1", "0.0690"]]), ...first]
      yield* telling(quoted, 0)
      yield* flush(dataDir)
      const old = yield* copyOf(dataDir)
      yield* telling(second, 100)
      yield* flush(dataDir)
      yield* archiveAll(dataDir)
      const before = yield* contentsOf(dataDir)
      const segments = segmentsOf(dataDir)
      // A later flush has removed the files that only the older copy lists.
      const files = filesBelow(join(dataDir, "lake")).filter((name) => /price_snapshots.*parquet$/.test(name))
      assert.isAbove(files.length, 0)
      for (const file of files) rmSync(join(dataDir, "lake", file))
      for (const end of ["-wal", "-shm"]) rmSync(databasePath(dataDir) + end, { force: true })
      copyFileSync(databasePath(old), databasePath(dataDir))

      yield* Effect.all([adoptSegments(dataDir), repairLake(dataDir)]).pipe(
        Effect.provide(databaseIn(dataDir)),
        Effect.provide(NodeContext.layer)
      )
      assert.deepStrictEqual(segmentsOf(dataDir), segments)
      yield* Effect.provide(catchUp(), tablesIn(dataDir))
      yield* flush(dataDir)
      const after = yield* contentsOf(dataDir)
      assert.deepStrictEqual(after.log, before.log)
      assert.deepStrictEqual(after.lake, inTables(dataDir))
      assert.deepStrictEqual(after.lake, before.lake)
      yield* Effect.provide(verify, tablesIn(dataDir))
      yield* archiveAll(dataDir)
      assert.deepStrictEqual(hotSeqs(dataDir), [])
    })
  )
})
