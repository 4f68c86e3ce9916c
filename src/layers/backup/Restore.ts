/**
 * Restores a backup into a directory that holds no recording. Everything is copied into a hidden folder of the
 * directory first, and moved from there when it has been verified, the database last: a directory without
 * `kalshi.db` is no recording. What a restore that was killed has moved is removed by the next one.
 */
import { readdir, rename, rm } from "node:fs/promises"
import { join, resolve } from "node:path"
import { Clock, Effect } from "effect"
import { BackupDamaged, StorageFailed, WrongUsage } from "../../domain/errors.ts"
import type { RestoreOptions, RestoreReport } from "../../services/Backups.ts"
import { databasePath } from "../files/data-dir.ts"
import { makeDataDir } from "../files/data-dir-access.ts"
import { syncPath } from "../files/sync.ts"
import { abandonedIn, removeLeftovers, workFolder } from "../files/work-folder.ts"
import { snapshotOf } from "../sqlite/database/Snapshot.ts"
import * as WriterLock from "../sqlite/database/WriterLock.ts"
import { copy, exists, factsOf, io, syncFolders, tryLink } from "./files.ts"
import { type BackupContents, type BackupFile, readManifest } from "./manifest.ts"
import { headOf } from "./recorded-files.ts"
import { type Work, workOf } from "./work.ts"

/** The entries of a data directory that a restore makes, in the order in which they are moved to their places. */
const ENTRIES = ["anchor.json", "archive", "lake", "kalshi.db"]

/** Entries that may stand in a directory before a recording is restored into it. */
const NO_RECORDING = new Set(["backups", "lost+found", "writer.lock", "writer.json"])

/** Fails unless a file is the one that the manifest names. */
const checkFile = (backup: string, work: Work) => (folder: string) => (file: BackupFile) =>
  Effect.gen(function* () {
    const path = join(folder, file.path)
    if (!(yield* exists(path)))
      return yield* new BackupDamaged({ backup, file: file.path, why: "is missing" })
    const { sha256 } = yield* factsOf(path)
    yield* work.did(file.bytes)
    if (sha256 !== file.sha256)
      return yield* new BackupDamaged({ backup, file: file.path, why: "is not the file that was backed up" })
  })

/** Fails if a directory holds anything of a recording, or files of the user. */
const refuseFull = (dataDir: string) =>
  Effect.gen(function* () {
    const names = yield* io(`reading ${dataDir}`, () => readdir(dataDir))
    const [other] = names.filter((name) => !NO_RECORDING.has(name) && !name.startsWith(".kalshi-"))
    if (other !== undefined)
      return yield* new WrongUsage({
        why: `${dataDir} is not empty: it holds ${other}. Name a directory that does not exist yet, or an empty one`
      })
  })

/** Removes what a restore that was killed has left, if it has not come to moving the database. */
const removeRemains = (dataDir: string) =>
  Effect.gen(function* () {
    const remains = yield* abandonedIn("restore", dataDir)
    if (remains && !(yield* exists(databasePath(dataDir))))
      yield* io(`removing the remains of a restore in ${dataDir}`, async () => {
        for (const name of ENTRIES) await rm(join(dataDir, name), { recursive: true, force: true })
      })
    yield* removeLeftovers(dataDir)
  })

/** Puts a file of the backup into the folder. Returns whether it is a link. */
const place = (backup: string, folder: string, link: boolean) => (file: BackupFile) =>
  Effect.gen(function* () {
    const [from, to] = [join(backup, file.path), join(folder, file.path)]
    // A link of the database would let the recorder write into the backup.
    const isLink = link && /^(archive|lake)\//.test(file.path) && (yield* tryLink(from, to))
    if (!isLink) yield* copy(from, to)
    return isLink
  })

const checkHead = (folder: string, { head }: BackupContents) =>
  Effect.gen(function* () {
    const found = yield* Effect.scoped(Effect.flatMap(snapshotOf(databasePath(folder)), headOf))
    if (found.seq !== head.seq || found.chainSha256 !== head.chainSha256)
      return yield* new StorageFailed({
        operation: "verifying the restored log",
        why: `it ends at seq ${found.seq}, and the manifest says ${head.seq}`
      })
  })

/** Moves what was restored to its place, the database last. */
const takePlace = (folder: string, dataDir: string) =>
  io(`restoring into ${dataDir}`, async () => {
    await syncFolders(folder)
    const there = await readdir(folder)
    for (const name of ENTRIES.filter((entry) => there.includes(entry))) {
      // The names before the database are on the disk before it is: a crash never leaves a database alone.
      if (name === "kalshi.db") await syncPath(dataDir)
      await rename(join(folder, name), join(dataDir, name))
    }
    await syncPath(dataDir)
  }).pipe(Effect.uninterruptible)

export const restore = (options: RestoreOptions) =>
  Effect.gen(function* () {
    const started = yield* Clock.currentTimeMillis
    const [backup, dataDir] = [resolve(options.backup), resolve(options.dataDir)]
    // This is checked again under the lock. A mistyped directory is refused before hours of reading.
    if (yield* exists(databasePath(dataDir))) yield* refuseFull(dataDir)
    const contents = yield* readManifest(backup)
    const bytes = contents.files.reduce((sum, file) => sum + file.bytes, 0)
    const work = yield* workOf(3 * bytes, options.onProgress)
    const check = checkFile(backup, work)
    yield* Effect.forEach(contents.files, check(backup), { discard: true })
    yield* makeDataDir(dataDir)
    yield* WriterLock.acquire(dataDir, "restore")
    yield* removeRemains(dataDir)
    yield* refuseFull(dataDir)
    const folder = yield* workFolder("restore", dataDir)
    const put = place(backup, folder, options.link)
    yield* Effect.forEach(
      contents.files,
      (file) =>
        Effect.gen(function* () {
          const isLink = yield* put(file)
          yield* work.did(file.bytes)
          yield* isLink ? work.did(file.bytes) : check(folder)(file)
        }),
      { discard: true }
    )
    yield* checkHead(folder, contents)
    yield* refuseFull(dataDir)
    yield* takePlace(folder, dataDir)
    return {
      backup,
      dataDir,
      takenAt: contents.takenAt,
      head: contents.head,
      files: contents.files.length,
      bytes,
      elapsedMillis: (yield* Clock.currentTimeMillis) - started
    } satisfies RestoreReport
  }).pipe(Effect.scoped, Effect.withSpan("Backups.restore"))
