/**
 * Backups: whole copies of a recording, each in a folder of its own. A backup is one moment of the database with the
 * files of the archive and the lake that it lists, and a manifest with the hash of each file.
 */
import { Context, type Effect } from "effect"
import type {
  BackupDamaged,
  DatabaseDamaged,
  DataDirLocked,
  LogCutShort,
  NoDatabase,
  StorageFailed,
  WrongUsage
} from "../domain/errors.ts"

/** Called with the bytes that have been copied and verified so far, and with all that will be. */
export type OnBytes = (done: number, of: number) => Effect.Effect<void>

export interface BackupOptions {
  readonly dataDir: string
  /** The folder of the backup. It must not exist; its parents are made if they are missing. */
  readonly output: string
  readonly onProgress?: OnBytes
}

/** The last observation of a log. */
export interface BackupHead {
  /** 0 for an empty log. */
  readonly seq: number
  readonly chainSha256: string
  /** `2026-11-22T12:15:00.123456Z`; `null` for an empty log. */
  readonly observedAt: string | null
}

export interface BackupReport {
  /** Absolute path of the folder. */
  readonly path: string
  /** The moment of the copy in UTC, `2026-11-22T12:15:00.123456Z`. */
  readonly takenAt: string
  readonly head: BackupHead
  readonly files: number
  readonly bytes: number
  /** The bytes of files that are hard links to those of the data directory, and take no space of their own. */
  readonly linkedBytes: number
  readonly elapsedMillis: number
}

export interface RestoreOptions {
  /** The folder of the backup. */
  readonly backup: string
  /** A directory that holds no recording: absent, or empty but for the folder `backups`. */
  readonly dataDir: string
  /** Makes hard links of the files of the archive and the lake, which never change, where the disk allows it. */
  readonly link: boolean
  readonly onProgress?: OnBytes
}

export interface RestoreReport {
  /** Absolute path of the backup. */
  readonly backup: string
  /** Absolute path of the restored directory. */
  readonly dataDir: string
  /** The moment of the backup in UTC. */
  readonly takenAt: string
  readonly head: BackupHead
  readonly files: number
  readonly bytes: number
  readonly elapsedMillis: number
}

export class Backups extends Context.Tag("kalshi-tape/Backups")<
  Backups,
  {
    /**
     * Copies a recording beside its writer, which it does not keep waiting, and verifies the copy. The backup is
     * whole, or its folder does not exist.
     */
    readonly take: (
      options: BackupOptions
    ) => Effect.Effect<BackupReport, StorageFailed | NoDatabase | DatabaseDamaged | LogCutShort | WrongUsage>
    /**
     * Verifies every file of a backup, copies them into a directory, and verifies the copies. The directory has no
     * database until all of it is there.
     */
    readonly restore: (
      options: RestoreOptions
    ) => Effect.Effect<RestoreReport, StorageFailed | BackupDamaged | DataDirLocked | WrongUsage>
  }
>() {}
