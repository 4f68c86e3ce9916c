/** Recordings of tests, with files of the archive and the lake that are any bytes with true records. */
import { createHash } from "node:crypto"
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { NodeContext } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import * as BackupsLive from "../../../src/layers/backup/Backups.ts"
import { type BackupOptions, Backups, type RestoreOptions } from "../../../src/services/Backups.ts"
import { answer, appendAll, logIn, noise, raw, scopedFolder } from "../sqlite/support.ts"

const backups = BackupsLive.layer("0.0.0-test").pipe(Layer.provide(NodeContext.layer))

export const take = (options: BackupOptions) =>
  Effect.flatMap(Backups, (service) => service.take(options)).pipe(Effect.provide(backups))

export const restore = (options: Omit<RestoreOptions, "link"> & { readonly link?: boolean }) =>
  Effect.flatMap(Backups, (service) => service.restore({ link: false, ...options })).pipe(
    Effect.provide(backups)
  )

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")

const write = (path: string, bytes: Uint8Array) => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
  return { bytes: bytes.length, sha256: sha256(bytes) }
}

/** Adds a segment of the archive, of the first observation of the log. */
const addSegment = (dataDir: string) => {
  const at = (name: string) => join(dataDir, "archive", "1-1", name)
  const observations = write(at("observations.parquet"), noise(5_000, 11))
  const pieces = write(at("pieces.parquet"), noise(9_000, 12))
  write(at("manifest.json"), Buffer.from("{}"))
  raw(dataDir, (database) =>
    database
      .prepare(`INSERT INTO archive_segments
        SELECT 1, 1, observed_at, observed_at, 3, 1, 1, ?, ?, ?, ?, ?, ?, chain_sha256, observed_at
        FROM observations WHERE seq = 1`)
      .run(
        ...[observations.bytes, observations.sha256, pieces.bytes, pieces.sha256],
        ...["0".repeat(64), "1".repeat(64)]
      )
  )
}

/** Adds a file of the lake; a retired one has replaced others once. */
export const addLakeFile = (dataDir: string, path: string, retiredAt: string | null = null) => {
  const { bytes, sha256 } = write(join(dataDir, "lake", path), noise(4_000, path.length))
  const time = "2026-11-22T12:15:00.000000Z"
  raw(dataDir, (database) =>
    database
      .prepare(
        `INSERT INTO lake_files VALUES (?, 'trades', 'hour', '2026-11', ?, ?, 7, ?, ?, '0', ?, ?, NULL)`
      )
      .run(path, time, time, bytes, sha256, time, retiredAt)
  )
}

/** A log in a folder of its own. An observation takes 150 kB. */
export const logOfLength = (observations: number) =>
  Effect.tap(scopedFolder, (dataDir) =>
    Effect.provide(
      appendAll(
        Array.from({ length: observations }, (_, page) => answer(page, { body: noise(150_000, page + 1) }))
      ),
      logIn(dataDir)
    )
  )

/** A recording with files of all tiers. */
export const recorded = Effect.tap(logOfLength(6), (dataDir) => {
  addSegment(dataDir)
  addLakeFile(dataDir, "trades/month=2026-11/hour-1-9.parquet")
  addLakeFile(dataDir, "trades/month=2026-11/hour-1-4.parquet", "2026-11-22T12:15:00.000000Z")
  addLakeFile(dataDir, "whole-1.parquet")
})
/** The rows of the log, as stored, by SQLite alone. */
export const logOf = (dataDir: string, upTo = Number.MAX_SAFE_INTEGER) =>
  raw(dataDir, (database) =>
    database
      .prepare(
        "SELECT seq, chain_sha256, body_sha256, length(body) FROM observations WHERE seq <= ? ORDER BY seq"
      )
      .raw()
      .all(upTo)
  )

/** The files below a folder, without those that SQLite makes beside an open database. */
export const filesBelow = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile() && !/-(wal|shm)$/.test(name))
    .sort()
