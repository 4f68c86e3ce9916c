/** The record of the lake is compared with the log and the disk when a writer starts. */
import { rmSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { repairLake } from "../../../src/layers/backup/lake-check.ts"
import { databaseIn, raw } from "../sqlite/support.ts"
import { addLakeFile, recorded } from "./support.ts"

const opened = (dataDir: string) =>
  Effect.gen(function* () {
    const said: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => said.push(`${logLevel.label} ${message}`))
    yield* repairLake(dataDir).pipe(
      Effect.provide(databaseIn(dataDir)),
      Effect.provide(Logger.replace(Logger.defaultLogger, logger))
    )
    return said.join("\n")
  })

const setSeq = (dataDir: string, table: string, seq: number) =>
  raw(dataDir, (database) =>
    database
      .prepare("INSERT OR REPLACE INTO lake_tables VALUES (?, 3, ?, '2026-11-22T12:15:00.000000Z')")
      .run(table, seq)
  )

const versions = (dataDir: string) =>
  raw(dataDir, (database) =>
    database.prepare("SELECT table_name, version FROM lake_tables ORDER BY table_name").raw().all()
  )

/** A recording of 6 observations, of which the lake has all in two tables. */
const scene = Effect.tap(recorded, (dataDir) => {
  setSeq(dataDir, "trades", 6)
  setSeq(dataDir, "price_snapshots", 6)
})

describe("the record of the lake", () => {
  it.scoped("stays as it is where log and files are what it says", () =>
    Effect.gen(function* () {
      const dataDir = yield* scene
      assert.strictEqual(yield* opened(dataDir), "")
      assert.deepStrictEqual(versions(dataDir), [
        ["price_snapshots", 3],
        ["trades", 3]
      ])
    })
  )

  it.scoped("has tables made anew that are ahead of the log", () =>
    Effect.gen(function* () {
      const dataDir = yield* scene
      setSeq(dataDir, "price_snapshots", 7)
      assert.match(
        yield* opened(dataDir),
        /^ERROR the lake has rows of price_snapshots from after the end of the log, seq 6\. The next flush/
      )
      assert.deepStrictEqual(versions(dataDir), [
        ["price_snapshots", 0],
        ["trades", 3]
      ])
      assert.strictEqual(yield* opened(dataDir), "", "it is said once")
    })
  )

  it.scoped("has tables made anew of which a file is missing, and says so until they are", () =>
    Effect.gen(function* () {
      const dataDir = yield* scene
      const file = "trades/month=2026-11/hour-1-9.parquet"
      rmSync(join(dataDir, "lake", file))
      for (const _ of [1, 2])
        assert.match(
          yield* opened(dataDir),
          /^ERROR the file lake\/trades\/month=2026-11\/hour-1-9.parquet is missing/
        )
      assert.deepStrictEqual(versions(dataDir), [
        ["price_snapshots", 3],
        ["trades", 0]
      ])
      addLakeFile(dataDir, "trades/month=2026-11/hour-2-9.parquet")
      rmSync(join(dataDir, "lake", "trades/month=2026-11/hour-2-9.parquet"))
      assert.match(
        yield* opened(dataDir),
        /^ERROR 2 files of the lake are missing, the first is lake\/trades/
      )
    })
  )
})
