/**
 * Compares the record of the lake with the log and with the disk when a writer opens a data directory. They differ when
 * an older copy of `kalshi.db` is put back, when the end of the log is lost, or when somebody removes files.
 */
import { stat } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import { now } from "../clock/now.ts"
import { lakePath } from "../files/data-dir.ts"
import { Database, storage } from "../sqlite/database/Database.ts"

interface LakeRow {
  readonly path: string
  readonly table_name: string
  readonly level: string
}

/** The version that no projection has: the next flush makes all files of a table anew. */
const NO_VERSION = 0

const isMissing = (dataDir: string, { path }: LakeRow): Effect.Effect<boolean> =>
  Effect.promise(() =>
    stat(join(lakePath(dataDir), path)).then(
      () => false,
      (error) => error.code === "ENOENT"
    )
  )

const words = (missing: ReadonlyArray<LakeRow>, ahead: ReadonlyArray<string>, logEnd: number): string =>
  [
    ...(missing.length === 0
      ? []
      : [
          `${missing.length === 1 ? `the file lake/${missing[0]?.path} is` : `${missing.length} files of the lake are`} missing${missing.length === 1 ? "" : `, the first is lake/${missing[0]?.path}`}`
        ]),
    ...(ahead.length === 0
      ? []
      : [`the lake has rows of ${ahead.join(", ")} from after the end of the log, seq ${logEnd}`])
  ].join("; ")

/**
 * Marks the tables whose files in the lake are missing, or come from observations that the log does not have, so that
 * the next flush makes them anew: from SQLite, or, if SQLite does not have all of their rows any more, not before
 * `kalshi replay` has made them. Logs what was found. Rows of the lake are a function of the log, and are never lost.
 */
export const repairLake = (dataDir: string) =>
  Effect.gen(function* () {
    const { sql, transaction } = yield* Database
    const files = yield* sql<LakeRow>`
      SELECT path, table_name, level FROM lake_files WHERE retired_at IS NULL ORDER BY path
    `
    const [end] = yield* sql<{ seq: number }>`
      SELECT max(coalesce((SELECT max(seq) FROM observations), 0), coalesce((SELECT max(last_seq) FROM archive_segments), 0)) AS seq
    `
    const logEnd = end?.seq ?? 0
    const tables = yield* sql<{ table_name: string }>`
      SELECT table_name FROM lake_tables WHERE seq > ${logEnd} AND version <> ${NO_VERSION} ORDER BY table_name
    `
    const ahead = tables.map(({ table_name }) => table_name)
    const missing = yield* Effect.filter(files, (file) => isMissing(dataDir, file), { concurrency: 16 })
    if (missing.length === 0 && ahead.length === 0) return
    const marked = [...new Set([...ahead, ...missing.map(({ table_name }) => table_name)])]
    const retiredAt = yield* now
    yield* transaction(
      Effect.gen(function* () {
        yield* sql`UPDATE lake_tables SET version = ${NO_VERSION} WHERE ${sql.in("table_name", marked)}`
        // A table that is kept as it was at a flush has no rows to lose.
        for (const { level, path } of missing)
          if (level === "whole")
            yield* sql`UPDATE lake_files SET retired_at = ${retiredAt}, removed_at = ${retiredAt} WHERE path = ${path}`
      })
    )
    yield* Effect.logError(
      `${words(missing, ahead, logEnd)}. The next flush makes ${marked.join(", ")} anew in the lake; if kalshi.db does not have all rows any more, \`kalshi replay\` does`
    )
  }).pipe(storage("comparing the lake with its record"), Effect.withSpan("repairLake"))
