/** The records of the lake in `kalshi.db`: the watermark of each table, and the list of files. */
import { Effect } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import type { Snapshot } from "../sqlite/database/Snapshot.ts"

/** The age of a file: what a flush wrote, what a day or a month was merged into, or a table as of a flush. */
export type LakeLevel = "hour" | "day" | "month" | "whole"

/** A row of `lake_files` that is current. */
export interface LakeFile {
  /** The path below `lake/`. */
  readonly path: string
  readonly table: string
  readonly level: LakeLevel
  /** The UTC month of all rows, `2026-11`. `null` for a table as of a flush. */
  readonly month: string | null
  /** The least and the greatest time of the rows, `2026-11-22T12:15:00.000000Z`. */
  readonly firstTime: string | null
  readonly lastTime: string | null
  readonly rows: number
  readonly bytes: number
  /** The SHA-256 of the file, in lower-case hex. */
  readonly sha256: string
  /** The sum of a hash of each row without its seq: the same for the same rows in any order and any files. */
  readonly contentHash: string
  readonly addedAt: string
}

/** A row of `lake_tables`. */
export interface Watermark {
  readonly seq: number
  readonly version: number
}

/** The records at one moment. */
export interface LakeState {
  /** By table. A table that was never flushed has none. */
  readonly watermarks: ReadonlyMap<string, Watermark>
  readonly files: ReadonlyArray<LakeFile>
}

/** A change of the lake, which is committed as one. */
export interface LakeChange {
  readonly added: ReadonlyArray<LakeFile>
  readonly retired: ReadonlyArray<LakeFile>
  readonly watermarks: ReadonlyArray<{
    readonly table: string
    readonly before: Watermark | undefined
    readonly after: Watermark
  }>
}

const SELECT_FILES = `
  SELECT path, table_name, level, month, first_time, last_time, rows, bytes, sha256, content_hash, added_at
  FROM lake_files WHERE retired_at IS NULL ORDER BY path`

const textOrNull = (value: unknown): string | null => (value === null ? null : String(value))

export const readState = (snapshot: Snapshot): Effect.Effect<LakeState, StorageFailed> =>
  Effect.gen(function* () {
    const tables = yield* snapshot.query("SELECT table_name, seq, version FROM lake_tables")
    const files = yield* snapshot.query(SELECT_FILES)
    return {
      watermarks: new Map(
        tables.map(([table, seq, version]) => [String(table), { seq: Number(seq), version: Number(version) }])
      ),
      files: files.map(([path, table, level, month, first, last, rows, bytes, sha256, hash, added]) => ({
        path: String(path),
        table: String(table),
        level: level as LakeLevel,
        month: textOrNull(month),
        firstTime: textOrNull(first),
        lastTime: textOrNull(last),
        rows: Number(rows),
        bytes: Number(bytes),
        sha256: String(sha256),
        contentHash: String(hash),
        addedAt: String(added)
      }))
    }
  })

const CHANGED = "the records of the lake were changed meanwhile; nothing is lost, run it again"

const changed = () => new StorageFailed({ operation: "recording the files of the lake", why: CHANGED })

/** Commits a change in one transaction. Fails, and changes nothing, if the records are not as they were read. */
export const commit = (
  { added, retired, watermarks }: LakeChange,
  at: string
): Effect.Effect<void, StorageFailed, Database> =>
  Effect.gen(function* () {
    const { sql, transaction } = yield* Database
    const one = <A>(rows: ReadonlyArray<A>) => (rows.length === 1 ? Effect.void : Effect.fail(changed()))
    const advance = ({ after, before, table }: LakeChange["watermarks"][number]) =>
      Effect.flatMap(
        before === undefined
          ? sql`INSERT INTO lake_tables (table_name, version, seq, flushed_at)
              VALUES (${table}, ${after.version}, ${after.seq}, ${at})
              ON CONFLICT DO NOTHING RETURNING seq`
          : sql`UPDATE lake_tables SET version = ${after.version}, seq = ${after.seq}, flushed_at = ${at}
              WHERE table_name = ${table} AND version = ${before.version} AND seq = ${before.seq} RETURNING seq`,
        one
      )
    const retire = ({ path }: LakeFile) =>
      Effect.flatMap(
        sql`UPDATE lake_files SET retired_at = ${at} WHERE path = ${path} AND retired_at IS NULL RETURNING path`,
        one
      )
    const add = (file: LakeFile) => sql`
      INSERT INTO lake_files (path, table_name, level, month, first_time, last_time, rows, bytes, sha256,
        content_hash, added_at)
      VALUES (${file.path}, ${file.table}, ${file.level}, ${file.month}, ${file.firstTime}, ${file.lastTime},
        ${file.rows}, ${file.bytes}, ${file.sha256}, ${file.contentHash}, ${file.addedAt})`
    yield* transaction(
      Effect.gen(function* () {
        yield* Effect.forEach(watermarks, advance, { discard: true })
        yield* Effect.forEach(retired, retire, { discard: true })
        yield* Effect.forEach(added, add, { discard: true })
      })
    )
  }).pipe(storage("recording the files of the lake"), Effect.uninterruptible)
