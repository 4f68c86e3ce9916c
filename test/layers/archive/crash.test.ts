/**
 * A seal that ends at any step leaves every observation whole, in SQLite or in the archive, and the next one goes on.
 */
import { spawn } from "node:child_process"
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { archivePath, databasePath } from "../../../src/layers/files/data-dir.ts"
import { tryLock } from "../../../src/layers/files/work-folder.ts"
import { commandOf } from "../../programs/run.ts"
import { failsWith, raw, scopedFolder } from "../sqlite/support.ts"
import { archiveAll, hotSeqs, isWhole, record, recording, segmentsOf } from "./support.ts"

const SEQS = recording().map((_, n) => n + 1)

/** Ends a seal at a statement of SQLite: the trigger refuses it. */
const endingAt = (dataDir: string, statement: "INSERT ON archive_segments" | "DELETE ON observations") =>
  Effect.gen(function* () {
    const run = (sql: string) => raw(dataDir, (database) => database.exec(sql))
    run(
      `CREATE TRIGGER crash BEFORE ${statement} WHEN ${statement.startsWith("DELETE") ? "OLD.seq > 3" : "1"} BEGIN SELECT RAISE(ABORT, 'crash'); END`
    )
    const { message } = yield* failsWith(archiveAll(dataDir), "StorageFailed")
    assert.include(message, "crash")
    run("DROP TRIGGER crash")
  })

const goesOn = (dataDir: string) =>
  Effect.gen(function* () {
    yield* archiveAll(dataDir)
    assert.deepStrictEqual(hotSeqs(dataDir), [])
    assert.deepStrictEqual(
      readdirSync(archivePath(dataDir)),
      segmentsOf(dataDir).map(({ first_seq, last_seq }) => `${first_seq}-${last_seq}`)
    )
    yield* isWhole(dataDir)
  })

describe("a seal that ended", () => {
  it.scopedLive("while it wrote is begun anew", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(dataDir)
      const left = join(archivePath(dataDir), ".sealing-1")
      mkdirSync(left, { recursive: true })
      writeFileSync(join(left, "pieces.parquet"), "PAR1")
      // A folder in which DuckDB sorted, and the lock file that its process held.
      const spill = join(dataDir, ".kalshi-archive-00000000-0000-0000-0000-000000000000")
      mkdirSync(spill)
      Option.getOrThrow(tryLock(`${spill}.lock`)).close()
      yield* goesOn(dataDir)
      assert.isFalse(existsSync(spill))
    })
  )

  it.scopedLive("before its segment was recorded is begun anew", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(dataDir)
      yield* endingAt(dataDir, "INSERT ON archive_segments")
      assert.deepStrictEqual(readdirSync(archivePath(dataDir)), ["1-16"])
      assert.deepStrictEqual(hotSeqs(dataDir), SEQS)
      assert.deepStrictEqual(segmentsOf(dataDir), [])
      yield* goesOn(dataDir)
    })
  )

  it.scopedLive("while it removed rows removes the others", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(dataDir)
      yield* endingAt(dataDir, "DELETE ON observations")
      assert.strictEqual(segmentsOf(dataDir).length, 1)
      assert.deepStrictEqual(hotSeqs(dataDir), SEQS)
      yield* goesOn(dataDir)
    })
  )

  it.scopedLive("and whose segment was damaged since keeps the rows that SQLite has", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(dataDir)
      yield* endingAt(dataDir, "DELETE ON observations")
      rmSync(join(archivePath(dataDir), "1-16", "pieces.parquet"))
      const { message } = yield* failsWith(archiveAll(dataDir), "LogDamaged")
      assert.include(message, "1-16/pieces.parquet")
      assert.deepStrictEqual(hotSeqs(dataDir), SEQS)
    })
  )
})

describe("a segment that kalshi.db does not know", () => {
  it.scopedLive("is never removed if it may be the only copy", () =>
    Effect.gen(function* () {
      const [older, newer, other] = [yield* scopedFolder, yield* scopedFolder, yield* scopedFolder]
      yield* record(older, recording(2))
      yield* record(newer)
      yield* record(other, recording(4, 2))
      yield* archiveAll(newer)
      yield* archiveAll(other)
      for (const from of [newer, other]) {
        const [name = ""] = readdirSync(archivePath(from))
        const place = join(archivePath(older), name)
        cpSync(join(archivePath(from), name), place, { recursive: true })
        const { message } = yield* failsWith(archiveAll(older), "StorageFailed")
        assert.include(message, place)
        assert.strictEqual(hotSeqs(older).length, 8)
        assert.isTrue(existsSync(join(place, "pieces.parquet")))
        renameSync(place, join(older, `aside-${name}`))
      }
      assert.strictEqual((yield* archiveAll(older)).removed, 8)
    })
  )
})

describe("a process that is killed while it seals", () => {
  it.scopedLive("loses nothing and doubles nothing, at whatever moment", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      const answers = recording(6)
      yield* record(dataDir, answers)
      const seal = (millis: number) =>
        Effect.async<boolean>((resume) => {
          const process_ = spawn(process.execPath, [...commandOf("seal-child"), dataDir], {
            stdio: ["ignore", "pipe", "inherit"]
          })
          let timer: NodeJS.Timeout | undefined
          // The child says when it begins, so that the kill hits its work and not its start.
          process_.stdout.once("data", () => {
            timer = setTimeout(() => process_.kill("SIGKILL"), millis)
          })
          process_.once("close", (code) => {
            clearTimeout(timer)
            resume(Effect.succeed(code === 0))
          })
        })
      let kills = 0
      for (let millis = 20; !(yield* seal(millis)); millis *= 2) {
        kills += 1
        const sealed = segmentsOf(dataDir).at(-1)?.last_seq ?? 0
        const hot = hotSeqs(dataDir)
        const [first = answers.length + 1] = hot
        assert.isAtMost(first, sealed + 1, "a gap between the archive and SQLite")
        assert.strictEqual(hot.length, answers.length - first + 1)
        assert.isTrue(existsSync(databasePath(dataDir)))
      }
      assert.isAbove(kills, 1)
      assert.deepStrictEqual(hotSeqs(dataDir), [])
      yield* isWhole(dataDir, answers)
      assert.deepStrictEqual(
        readdirSync(dataDir).filter((name) => name.startsWith(".")),
        []
      )
    })
  )
})
