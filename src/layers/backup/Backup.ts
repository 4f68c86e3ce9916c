/**
 * Takes a backup. A read transaction fixes the moment; the files that the database lists at that moment are linked, and
 * the database is copied page by page within that transaction, beside a writer. All of it is built in a hidden folder
 * beside the backup, and renamed when it has been verified.
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { Clock, Effect, Option, Scope } from "effect"
import { StorageFailed, WrongUsage } from "../../domain/errors.ts"
import type { BackupHead, BackupOptions, BackupReport } from "../../services/Backups.ts"
import { now } from "../clock/now.ts"
import { anchorPath, databasePath } from "../files/data-dir.ts"
import { syncPath } from "../files/sync.ts"
import { workFolder } from "../files/work-folder.ts"
import { Database, make } from "../sqlite/database/Database.ts"
import { checkIntegrityOf } from "../sqlite/database/integrity.ts"
import * as SqliteReader from "../sqlite/database/reader.ts"
import { openSnapshot, type Snapshot, snapshotOf } from "../sqlite/database/Snapshot.ts"
import { dropAnchor, recoverAnchor } from "../sqlite/log/anchor.ts"
import { exists, factsOf, io, syncFolders } from "./files.ts"
import { linkFiles } from "./linked-files.ts"
import { type BackupFile, writeManifest } from "./manifest.ts"
import { headOf, type RecordedFile, recordedFiles, repairOf } from "./recorded-files.ts"
import { type Work, workOf } from "./work.ts"

const refuseTaken = (path: string): Effect.Effect<void, WrongUsage> =>
  Effect.whenEffect(
    new WrongUsage({ why: `${path} exists already; name a folder that does not exist yet` }),
    exists(path)
  )

/** Returns the anchor of a data directory, or nothing if it has none. */
const anchorOf = (dataDir: string) =>
  io(`reading ${anchorPath(dataDir)}`, () =>
    readFile(anchorPath(dataDir)).then(Option.some, (error) =>
      error.code === "ENOENT" ? Option.none() : Promise.reject(error)
    )
  )

const databaseBytes = (snapshot: Snapshot) =>
  Effect.map(
    snapshot.query("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"),
    ([row]) => Number(row?.[0])
  )

/**
 * Writes the anchor of the copy. It keeps the losses that the anchor of the data directory knows, and adds the one that
 * nobody has noticed yet, if the copied log does not reach that anchor.
 */
const fitAnchor = (folder: string, anchor: Option.Option<Buffer>) =>
  Effect.gen(function* () {
    if (Option.isSome(anchor))
      yield* io(`writing ${anchorPath(folder)}`, () => writeFile(anchorPath(folder), anchor.value))
    const database = yield* make(databasePath(folder), "reader")
    yield* Effect.all([recoverAnchor, dropAnchor], { discard: true }).pipe(
      Effect.provideService(Database, database)
    )
    // An anchor that could not be read was put aside here. Its own directory still has it.
    yield* io(`writing ${anchorPath(folder)}`, () => rm(`${anchorPath(folder)}.damaged`, { force: true }))
  }).pipe(Effect.scoped)

/** Reads a file of the backup as it is on the disk, and compares it with what the database records of it. */
const verified = (folder: string, work: Work) => (file: RecordedFile) =>
  Effect.gen(function* () {
    const { bytes, sha256 } = yield* factsOf(join(folder, file.path))
    yield* work.did(bytes)
    if (file.sha256 !== null && file.sha256 !== sha256)
      return yield* new StorageFailed({
        operation: `verifying ${file.path}`,
        why: `it is not the file that was recorded; ${repairOf(file)}`
      })
    return { path: file.path, bytes, sha256, rows: file.rows } satisfies BackupFile
  })

/** Copies one moment of a recording into the folder of the backup. Files of another disk remain to be copied. */
const copyMoment = ({ dataDir, onProgress }: BackupOptions, folder: string) =>
  Effect.gen(function* () {
    const outer = yield* Effect.scope
    return yield* Effect.gen(function* () {
      const snapshot = yield* openSnapshot(dataDir)
      const takenAt = yield* now
      const head = yield* headOf(snapshot)
      const recorded = yield* recordedFiles(snapshot)
      const [counted] = yield* snapshot.query("SELECT count(*) FROM observations")
      const linked = yield* Scope.extend(linkFiles(dataDir, folder, recorded), outer)
      const bytes = yield* databaseBytes(snapshot)
      const bytesOfFiles = recorded.reduce((sum, file) => sum + (file.bytes ?? 0), 0)
      const work = yield* workOf(2 * (bytes + bytesOfFiles) - linked.linkedBytes, onProgress)
      let copied = 0
      yield* snapshot.copyTo(databasePath(folder), (pages, of) => {
        const more = Math.round((pages / of) * bytes) - copied
        copied += more
        return work.did(more)
      })
      yield* work.did(bytes - copied)
      return { takenAt, head, recorded, hotRows: Number(counted?.[0]), linked, work }
    }).pipe(Effect.scoped)
  })

/** Fails unless the copied database is whole, and ends with the observation that it should end with. */
const checkCopy = (dataDir: string, folder: string, head: BackupHead) =>
  Effect.gen(function* () {
    const name = databasePath(folder)
    yield* checkIntegrityOf(name, dataDir)
    const found = yield* Effect.scoped(Effect.flatMap(snapshotOf(name), headOf))
    if (found.seq !== head.seq || found.chainSha256 !== head.chainSha256)
      return yield* new StorageFailed({
        operation: "verifying the copy of kalshi.db",
        why: `it ends at seq ${found.seq}, and was taken at seq ${head.seq}`
      })
  })

/** Moves what was built to its place, when all of it is on the disk. */
const takePlace = (folder: string, path: string) =>
  io(`writing ${path}`, async () => {
    await syncPath(databasePath(folder))
    await syncFolders(folder)
    await rename(folder, path)
    await syncPath(dirname(path))
  }).pipe(Effect.uninterruptible)

export const take = (version: string) => (options: BackupOptions) =>
  Effect.gen(function* () {
    const started = yield* Clock.currentTimeMillis
    const { dataDir } = options
    const path = resolve(options.output)
    yield* refuseTaken(path)
    yield* Effect.provide(Effect.void, SqliteReader.layer(dataDir))
    // The anchor is read before the moment of the copy, so that it is never ahead of the copy.
    const anchor = yield* anchorOf(dataDir)
    yield* io(`making ${dirname(path)}`, () => mkdir(dirname(path), { recursive: true }))
    const folder = yield* workFolder("backup", dirname(path))
    const { head, hotRows, linked, recorded, takenAt, work } = yield* copyMoment(options, folder)
    yield* linked.copyOthers(work.did)
    yield* fitAnchor(folder, anchor)
    yield* checkCopy(dataDir, folder, head)
    const files = yield* Effect.forEach(
      [
        { path: "kalshi.db", rows: hotRows, bytes: null, sha256: null },
        { path: "anchor.json", rows: null, bytes: null, sha256: null },
        ...recorded
      ],
      verified(folder, work)
    )
    yield* writeManifest(folder, { writtenBy: "kalshi-tape", version, takenAt, head, files })
    yield* refuseTaken(path)
    yield* takePlace(folder, path)
    return {
      path,
      takenAt,
      head,
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      linkedBytes: linked.linkedBytes,
      elapsedMillis: (yield* Clock.currentTimeMillis) - started
    } satisfies BackupReport
  }).pipe(Effect.scoped, Effect.withSpan("Backups.take"))
