/**
 * `analytics.duckdb`: a DuckDB database without rows, whose views read the current files of the lake, for any client
 * of DuckDB. The views name the files by absolute paths, since DuckDB takes a relative path from the folder in which
 * the client runs. It is written anew with each change of the files, in a format that DuckDB 1.0 reads.
 */
import { rename, rm } from "node:fs/promises"
import { basename, join, resolve } from "node:path"
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import { lakeTables, wholeTables } from "../../domain/read/lake.ts"
import type { PublicTable } from "../../domain/read/view.ts"
import { createAnswers } from "../duckdb/answers.ts"
import { writeComments } from "../duckdb/comments.ts"
import { columnsOf, sqlType } from "../duckdb/staging/kinds.ts"
import { analyticsPath } from "../files/data-dir.ts"
import { syncPath } from "../files/sync.ts"
import { parquet } from "./contents.ts"
import type { LakeFile } from "./records.ts"
import { onFile, type Workshop } from "./workshop.ts"

const viewOf = (lake: string, table: PublicTable, files: ReadonlyArray<LakeFile>): string => {
  const paths = files.filter((file) => file.table === table.name).map(({ path }) => resolve(join(lake, path)))
  const empty = columnsOf(table).map((column) => `NULL::${sqlType(table, column)} AS ${quoted(column)}`)
  const select =
    paths.length === 0
      ? `SELECT ${empty.join(", ")} WHERE false`
      : `SELECT ${columnsOf(table).map(quoted).join(", ")} FROM ${parquet(paths)}`
  return `CREATE VIEW analytics.main.${quoted(table.name)} AS ${select}`
}

const writeViews = (lake: string, duck: Workshop["duck"], files: ReadonlyArray<LakeFile>) =>
  Effect.gen(function* () {
    const tables = [...lakeTables.map((one) => one.table), ...wholeTables]
    yield* duck.runAll(tables.map((table) => viewOf(lake, table, files)))
    // The SQL of macros names tables without the database, since a client may open it under any name.
    yield* Effect.acquireUseRelease(
      duck.run("USE analytics"),
      () =>
        Effect.zipRight(
          createAnswers(duck, "main"),
          writeComments(
            duck,
            tables.map((table) => [table, "VIEW"] as const),
            "main"
          )
        ),
      () => Effect.ignoreLogged(duck.run("USE memory"))
    )
  })

/** Writes the database, and puts it in the place of the earlier one. A client that has that one open keeps it. */
export const writeAnalytics = (
  { dataDir, duck, lake, scratch }: Workshop,
  files: ReadonlyArray<LakeFile>
): Effect.Effect<void, StorageFailed> =>
  Effect.gen(function* () {
    const place = analyticsPath(dataDir)
    const built = join(scratch, basename(place))
    yield* onFile(place, () => rm(built, { force: true }))
    yield* Effect.acquireUseRelease(
      duck.run(`ATTACH ${literal(built)} AS analytics (STORAGE_VERSION 'v1.0.0')`),
      () => writeViews(lake, duck, files),
      () => Effect.ignoreLogged(duck.run("DETACH analytics"))
    )
    yield* onFile(place, async () => {
      await syncPath(built)
      await rename(built, place)
    })
  })
