/**
 * `analytics.duckdb`: a DuckDB database without rows, whose views read the current files of the lake, for any client
 * of DuckDB. The views name the files by absolute paths, since DuckDB takes a relative path from the folder in which
 * the client runs. It is written anew with each change of the files, in a format that DuckDB 1.0 reads.
 */
import { rm } from "node:fs/promises"
import { join, resolve } from "node:path"
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { lakeTables, wholeTables } from "../../domain/read/lake.ts"
import type { PublicTable } from "../../domain/read/view.ts"
import { createAnswers } from "../duckdb/answers.ts"
import { writeComments } from "../duckdb/comments.ts"
import { columnsOf, sqlType } from "../duckdb/staging/kinds.ts"
import { analyticsPath } from "../files/data-dir.ts"
import { wholeFile } from "../files/whole-file.ts"
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
  { dataDir, duck, lake }: Workshop,
  files: ReadonlyArray<LakeFile>
): Effect.Effect<void, StorageFailed> =>
  wholeFile(analyticsPath(dataDir), (part) =>
    Effect.gen(function* () {
      // DuckDB takes an empty file for a damaged one.
      yield* onFile(part, () => rm(part))
      yield* Effect.acquireUseRelease(
        duck.run(`ATTACH ${literal(part)} AS analytics (STORAGE_VERSION 'v1.0.0')`),
        () => writeViews(lake, duck, files),
        () => Effect.ignoreLogged(duck.run("DETACH analytics"))
      )
    })
  ).pipe(
    Effect.catchTag(
      "WrongUsage",
      ({ why }) => new StorageFailed({ operation: `writing ${analyticsPath(dataDir)}`, why })
    )
  )
