/** Verification since the last one: what it reads, what it compares, and what it says of the archive's folder. */
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { archivePath, databasePath } from "../../../../src/layers/files/data-dir.ts"
import * as SqliteDatabase from "../../../../src/layers/sqlite/database/Database.ts"
import { refuseForeign } from "../../../../src/layers/sqlite/log/foreign-segments.ts"
import { readLastVerified, writeLastVerified } from "../../../../src/layers/sqlite/log/last-verified.ts"
import { planVerify } from "../../../../src/layers/sqlite/log/verify-plan.ts"
import { run } from "../../../programs/run.ts"
import { archiveAll, record, recording } from "../../archive/support.ts"
import { failsWith, scopedFolder, tamper } from "../support.ts"

const said = recording(6)

const inReader = <A, E>(folder: string, self: Effect.Effect<A, E, SqliteDatabase.Database>) =>
  Effect.provide(self, SqliteDatabase.layer(databasePath(folder), "reader"))

/** Plans a verification since the last one, and remembers its end as if it had found nothing. */
const verify = (folder: string) =>
  Effect.gen(function* () {
    const plan = yield* inReader(folder, Effect.flatMap(readLastVerified(folder), planOf(folder)))
    yield* writeLastVerified(folder, { ...plan.end, verifiedAt: "2026-11-22T13:00:00.000000Z" })
    return [plan.ranges.map(({ from, to }) => [from, to]), plan.knownSegments]
  })

const planOf = (folder: string) => (last: Effect.Effect.Success<ReturnType<typeof readLastVerified>>) =>
  planVerify(folder, last)

const sealUpTo = (folder: string, count: number) => archiveAll(folder, undefined, said[count]?.observedAt)

describe("a verification since the last one", () => {
  it.scoped("reads new segments and new rows, and compares the sizes of the other segments", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* record(folder, said.slice(0, 12))
      assert.deepStrictEqual(yield* verify(folder), [[[1, 12]], 0], "everything, the first time")
      assert.deepStrictEqual(yield* verify(folder), [[], 0])
      yield* sealUpTo(folder, 4)
      assert.deepStrictEqual(yield* verify(folder), [[[1, 4]], 0], "a segment is read once")
      yield* sealUpTo(folder, 8)
      yield* record(folder, said.slice(12, 20))
      assert.deepStrictEqual(
        yield* verify(folder),
        [
          [
            [5, 8],
            [13, 20]
          ],
          1
        ],
        "not the hot rows that were verified"
      )
      yield* record(folder, said.slice(20))
      yield* sealUpTo(folder, 22)
      assert.deepStrictEqual(yield* verify(folder), [
        [
          [9, 22],
          [23, 24]
        ],
        2
      ])
    })
  )

  it.scoped("fails if the log does not have the end that was verified", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* record(folder, said)
      yield* sealUpTo(folder, 8)
      yield* verify(folder)
      tamper(folder, "UPDATE observations SET chain_sha256 = upper(chain_sha256) WHERE seq = 24")
      const { seq, why } = yield* failsWith(verify(folder), "LogDamaged")
      assert.strictEqual(seq, 24)
      assert.match(why, /not the observation that was verified at 2026-11-22T13/)
    })
  )

  it.scoped("fails if a segment that was verified is not of its size, or its record was changed", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* record(folder, said)
      yield* sealUpTo(folder, 8)
      yield* sealUpTo(folder, 16)
      yield* verify(folder)
      truncateSync(join(archivePath(folder), "1-8", "pieces.parquet"), 50)
      assert.strictEqual((yield* failsWith(verify(folder), "LogDamaged")).seq, 1)
      tamper(folder, "UPDATE archive_segments SET previous_link_sha256 = chain_sha256 WHERE first_seq = 1")
      assert.strictEqual((yield* failsWith(verify(folder), "LogDamaged")).segment, "archive/1-8")
    })
  )

  it.scoped("needs no file of an earlier one, and names one that is damaged", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      assert.isTrue(Option.isNone(yield* readLastVerified(folder)))
      writeFileSync(join(folder, "verified.json"), "{")
      const { message } = yield* failsWith(readLastVerified(folder), "StorageFailed")
      assert.include(message, "verified.json")
    })
  )
})

describe("the folder of the archive", () => {
  it.scoped("has nothing but what the log records, and what is being sealed", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const check = inReader(folder, refuseForeign(folder))
      yield* record(folder, said)
      yield* check
      yield* sealUpTo(folder, 8)
      for (const name of [".sealing-9", "9-16"]) mkdirSync(join(archivePath(folder), name))
      yield* check
      for (const name of ["9-99", "100-200", "4-8", "notes.txt"]) {
        mkdirSync(join(archivePath(folder), name))
        const { message } = yield* failsWith(check, "ArchiveForeign")
        assert.include(message, name)
        rmSync(join(archivePath(folder), name), { recursive: true })
      }
    })
  )
})

describe("the program log verify", () => {
  it.scopedLive(
    "verifies the whole, and then what came since",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        yield* record(folder, said)
        yield* sealUpTo(folder, 8)
        const program = (...options: ReadonlyArray<string>) =>
          run("log", ["verify", "--json", "--data-dir", folder, ...options])
        const whole = yield* program()
        assert.strictEqual(whole.code, 0, whole.stderr)
        assert.include(JSON.parse(whole.stdout), { from: 1, to: 24, observations: 24 })
        yield* sealUpTo(folder, 12)
        const since = yield* program("--since-last")
        assert.strictEqual(since.code, 0, since.stderr)
        assert.include(JSON.parse(since.stdout), { from: 9, to: 12, observations: 4, knownSegments: 1 })
        mkdirSync(join(archivePath(folder), "900-999"))
        const foreign = yield* program("--since-last")
        assert.strictEqual(foreign.code, 1)
        assert.match(foreign.stderr, /the log does not know: 900-999/)
      }),
    300_000
  )
})
