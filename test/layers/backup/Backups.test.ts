/** Backups of recordings: whole, of one moment, verified; and what becomes of them when they are restored. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, FastCheck as fc } from "effect"
import { anchorPath, databasePath } from "../../../src/layers/files/data-dir.ts"
import { dropAnchor } from "../../../src/layers/sqlite/log/anchor.ts"
import { ObservationLog } from "../../../src/services/ObservationLog.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { page } from "../projector/observations.ts"
import { tablesIn, tell, verify } from "../projector/support.ts"
import { answer, failsWith, logIn, noise, raw, scopedFolder, verifyAll } from "../sqlite/support.ts"
import { addLakeFile, filesBelow, logOf, logOfLength, recorded, restore, take } from "./support.ts"

/** A backup of a recording, in a folder beside it. */
const backedUp = Effect.gen(function* () {
  const dataDir = yield* recorded
  const path = join(yield* scopedFolder, "backup")
  yield* take({ dataDir, output: path })
  return { dataDir, path }
})

const flip = (path: string, at: number) => {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ 0x10
  rmSync(path)
  writeFileSync(path, bytes)
}

const FILES = [
  "anchor.json",
  "archive/1-1/manifest.json",
  "archive/1-1/observations.parquet",
  "archive/1-1/pieces.parquet",
  "kalshi.db",
  "lake/trades/month=2026-11/hour-1-9.parquet",
  "lake/whole-1.parquet"
]

describe("a backup", () => {
  it.scoped(
    "has the database, the files that it lists, and a manifest; nothing else, and nothing beside it",
    () =>
      Effect.gen(function* () {
        const { dataDir, path } = yield* backedUp
        assert.deepStrictEqual(filesBelow(path), [...FILES, "backup.json"].sort())
        assert.deepStrictEqual(readdirSync(dirname(path)), ["backup"])
        const manifest = JSON.parse(readFileSync(join(path, "backup.json"), "utf8"))
        assert.deepStrictEqual(manifest.files.map((file: { path: string }) => file.path).sort(), FILES)
        assert.include(manifest, { writtenBy: "kalshi-tape", version: "0.0.0-test" })
        assert.strictEqual(manifest.head.seq, 6)
        assert.deepStrictEqual(
          manifest.files.map((file: { rows: number | null }) => file.rows),
          [6, null, 1, 3, null, 7, 7]
        )
        assert.deepStrictEqual(logOf(path), logOf(dataDir))
      })
  )

  it.scopedLive("is of one moment, while the log grows", () =>
    Effect.gen(function* () {
      // A copy takes several turns, and the writer's turns come between them.
      const dataDir = yield* logOfLength(60)
      const path = join(yield* scopedFolder, "backup")
      const { grown, report } = yield* Effect.gen(function* () {
        const log = yield* ObservationLog
        let page = 1000
        const writer = yield* Effect.forkScoped(
          Effect.forever(
            Effect.zipRight(
              Effect.suspend(() => log.append(answer(page++, { body: noise(60_000, page) }))),
              Effect.sleep("1 millis")
            )
          )
        )
        const report = yield* take({ dataDir, output: path })
        yield* Fiber.interrupt(writer)
        return { report, grown: (yield* log.head).seq }
      }).pipe(Effect.provide(logIn(dataDir)))
      assert.isAbove(grown, report.head.seq, "the log grew meanwhile")
      assert.isAtLeast(report.head.seq, 60)
      assert.deepStrictEqual(logOf(path), logOf(dataDir, report.head.seq))
      assert.strictEqual(
        raw(path, (database) => database.pragma("integrity_check", { simple: true })),
        "ok"
      )
      assert.strictEqual(JSON.parse(readFileSync(anchorPath(path), "utf8")).seq, report.head.seq)
    })
  )

  it.scoped("has links on the same disk, and copies on another one, without remains", () =>
    Effect.gen(function* () {
      const { dataDir, path } = yield* backedUp
      const segment = "archive/1-1/pieces.parquet"
      assert.strictEqual(statSync(join(path, segment)).ino, statSync(join(dataDir, segment)).ino)
      const disk = ["/dev/shm", "/var/tmp"].find(
        (folder) => existsSync(folder) && statSync(folder).dev !== statSync(dataDir).dev
      )
      if (disk === undefined) return
      const elsewhere = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(disk, "kalshi-backup-"))),
        (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
      )
      const { linkedBytes } = yield* take({ dataDir, output: join(elsewhere, "backup") })
      assert.strictEqual(linkedBytes, 0)
      for (const file of FILES.filter((name) => /^(archive|lake)/.test(name)))
        assert.deepStrictEqual(
          readFileSync(join(elsewhere, "backup", file)),
          readFileSync(join(dataDir, file))
        )
      assert.deepStrictEqual(
        readdirSync(dataDir).filter((name) => name.startsWith(".")),
        []
      )
    })
  )

  it.scoped("is refused where something stands already", () =>
    Effect.gen(function* () {
      const { dataDir, path } = yield* backedUp
      assert.include((yield* failsWith(take({ dataDir, output: path }), "WrongUsage")).message, path)
      const empty = yield* scopedFolder
      yield* failsWith(take({ dataDir, output: empty }), "WrongUsage")
    })
  )

  it.scoped("names a file of the recording that is damaged or missing, and leaves nothing", () =>
    Effect.gen(function* () {
      const dataDir = yield* recorded
      const beside = yield* scopedFolder
      const output = join(beside, "backup")
      for (const file of FILES.filter((name) => /parquet$/.test(name))) {
        const whole = readFileSync(join(dataDir, file))
        const failsWithWords = Effect.map(
          failsWith(take({ dataDir, output }), "StorageFailed"),
          ({ message }) => {
            assert.include(message, file)
            assert.match(message, /`kalshi replay` makes the lake anew|put the segment back/)
          }
        )
        flip(join(dataDir, file), whole.length >> 1)
        yield* failsWithWords
        rmSync(join(dataDir, file))
        yield* failsWithWords
        writeFileSync(join(dataDir, file), whole)
        assert.deepStrictEqual(readdirSync(beside), [])
      }
      yield* take({ dataDir, output })
    })
  )

  it.scoped("of a database with a damaged index is refused", () =>
    Effect.gen(function* () {
      const dataDir = yield* recorded
      raw(dataDir, (database) => {
        database.unsafeMode(true)
        database.pragma("writable_schema = ON")
        database.exec(
          "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'lake_files_current') WHERE name = 'sqlite_autoindex_observations_1'"
        )
      })
      const beside = yield* scopedFolder
      yield* failsWith(take({ dataDir, output: join(beside, "backup") }), "DatabaseDamaged")
      assert.deepStrictEqual(readdirSync(beside), [])
    })
  )

  it.scoped("of no recording fails, and makes no folder", () =>
    Effect.gen(function* () {
      const dataDir = join(yield* scopedFolder, "data")
      yield* failsWith(take({ dataDir, output: join(dataDir, "backups", "one") }), "NoDatabase")
      assert.isFalse(existsSync(dataDir))
    })
  )

  it.scoped("keeps what the anchor says of losses, and adds one that nobody has noticed", () =>
    Effect.gen(function* () {
      const dataDir = yield* recorded
      yield* Effect.provide(dropAnchor, logIn(dataDir))
      const anchor = JSON.parse(readFileSync(anchorPath(dataDir), "utf8"))
      const loss = {
        from: 3,
        to: 4,
        anchoredAt: "2026-11-01T00:00:00.000000Z",
        noticedAt: "2026-11-02T00:00:00.000000Z"
      }
      writeFileSync(anchorPath(dataDir), JSON.stringify({ ...anchor, seq: 9, losses: [loss] }))
      const path = join(yield* scopedFolder, "backup")
      yield* take({ dataDir, output: path })
      const copied = JSON.parse(readFileSync(anchorPath(path), "utf8"))
      assert.strictEqual(copied.seq, 6)
      assert.deepStrictEqual(copied.losses[0], loss)
      assert.include(copied.losses[1], { from: 7, to: 9 })
    })
  )
})

describe("a restored recording", () => {
  it.scoped("is the recording at the moment of the backup, file for file", () =>
    Effect.gen(function* () {
      const { dataDir, path } = yield* backedUp
      addLakeFile(dataDir, "trades/month=2026-11/later.parquet")
      for (const link of [false, true]) {
        const target = join(yield* scopedFolder, "data")
        const report = yield* restore({ backup: path, dataDir: target, link })
        assert.deepStrictEqual(filesBelow(target), [...FILES, "writer.lock"])
        for (const file of FILES)
          assert.deepStrictEqual(readFileSync(join(target, file)), readFileSync(join(path, file)), file)
        assert.include(report, { dataDir: target, files: FILES.length })
        assert.notStrictEqual(statSync(databasePath(target)).ino, statSync(databasePath(path)).ino)
        const segment = "archive/1-1/pieces.parquet"
        assert.strictEqual(statSync(join(target, segment)).ino === statSync(join(path, segment)).ino, link)
        // A query would read a file that seems to be changed from end to end.
        const [copied, original] = [target, path].map((folder) => statSync(join(folder, segment)).mtimeMs)
        assert.closeTo(copied ?? 0, original ?? 0, 1)
      }
    })
  )

  it.scoped("has tables that a replay of its log makes again, and can be recorded into", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      const markets = Array.from({ length: 50 }, (_, n) => stringsMarket({ ticker: `KX-${n}` }))
      yield* Effect.provide(tell(page(0, markets, 10), page(1, markets, 20)), tablesIn(dataDir))
      const path = join(yield* scopedFolder, "backup")
      yield* take({ dataDir, output: path })
      const target = join(yield* scopedFolder, "data")
      yield* restore({ backup: path, dataDir: target })
      yield* Effect.gen(function* () {
        assert.strictEqual(yield* verifyAll, 2)
        yield* verify
        yield* tell(page(2, markets, 30))
        yield* verify
      }).pipe(Effect.provide(tablesIn(target)))
    })
  )

  it.scoped("is refused, with the name of the file, if any file of the backup is not what it was", () =>
    Effect.gen(function* () {
      const { path } = yield* backedUp
      const target = join(yield* scopedFolder, "data")
      const refused = (file: string) =>
        Effect.gen(function* () {
          const error = yield* failsWith(restore({ backup: path, dataDir: target }), "BackupDamaged")
          assert.strictEqual(error.file, file)
          assert.isFalse(existsSync(target))
        })
      for (const file of FILES) {
        const whole = readFileSync(join(path, file))
        for (const damage of [
          () => flip(join(path, file), whole.length >> 1),
          () => flip(join(path, file), whole.length - 1),
          () => writeFileSync(join(path, file), whole.subarray(1)),
          () => appendFileSync(join(path, file), "x"),
          () => rmSync(join(path, file))
        ]) {
          damage()
          yield* refused(file)
          rmSync(join(path, file), { force: true })
          writeFileSync(join(path, file), whole)
        }
      }
      yield* restore({ backup: path, dataDir: target })
    })
  )

  it.scoped("is refused if any byte of the manifest has changed", () =>
    Effect.gen(function* () {
      const { path } = yield* backedUp
      const manifest = join(path, "backup.json")
      const whole = readFileSync(manifest)
      const changes = fc.sample(
        fc.record({ at: fc.nat(whole.length - 1), mask: fc.integer({ min: 1, max: 255 }) }),
        { numRuns: 200, seed: 20261122 }
      )
      const target = join(yield* scopedFolder, "data")
      for (const { at, mask } of changes) {
        const bytes = Buffer.from(whole)
        bytes[at] = (bytes[at] ?? 0) ^ mask
        writeFileSync(manifest, bytes)
        const { file } = yield* failsWith(restore({ backup: path, dataDir: target }), "BackupDamaged")
        assert.strictEqual(file, "backup.json", `byte ${at} by ${mask}`)
      }
      rmSync(manifest)
      yield* failsWith(restore({ backup: path, dataDir: target }), "BackupDamaged")
      assert.isFalse(existsSync(target))
    })
  )

  it.scoped("never takes the place of another, nor of files of the user", () =>
    Effect.gen(function* () {
      const { dataDir, path } = yield* backedUp
      yield* failsWith(restore({ backup: path, dataDir }), "WrongUsage")
      const target = yield* scopedFolder
      writeFileSync(join(target, "notes.txt"), "mine")
      const { message } = yield* failsWith(restore({ backup: path, dataDir: target }), "WrongUsage")
      assert.include(message, "notes.txt")
      assert.isFalse(existsSync(databasePath(target)))
    })
  )

  it.scoped("may stand where the recording stood, beside its backups", () =>
    Effect.gen(function* () {
      const dataDir = yield* recorded
      const output = join(dataDir, "backups", "one")
      yield* take({ dataDir, output })
      const before = logOf(dataDir)
      for (const name of readdirSync(dataDir))
        if (name !== "backups") rmSync(join(dataDir, name), { recursive: true })
      yield* restore({ backup: output, dataDir })
      assert.deepStrictEqual(logOf(dataDir), before)
    })
  )

  it.scoped("replaces what a restore that was killed has left", () =>
    Effect.gen(function* () {
      const { path } = yield* backedUp
      const target = yield* scopedFolder
      const remains = join(target, ".kalshi-restore-0f8fad5b-d9cb-469f-a165-70867728950e")
      mkdirSync(remains)
      writeFileSync(`${remains}.lock`, "")
      mkdirSync(join(target, "archive", "1-1"), { recursive: true })
      writeFileSync(join(target, "archive", "1-1", "pieces.parquet"), "half")
      yield* restore({ backup: path, dataDir: target })
      assert.deepStrictEqual(filesBelow(target), [...FILES, "writer.lock"])
      assert.deepStrictEqual(logOf(target), logOf(path))
    })
  )
})
