/**
 * Rows that `prune` has removed from the tables, and that only earlier exports hold: an export takes them
 * along from the one whose place it takes, so that the Parquet files go on growing while the tables do not.
 */
import { join } from "node:path"
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Building } from "../export/output.ts"
import { columnsOf } from "../staging/kinds.ts"

/** What an earlier export holds of a table that has been pruned. */
export interface Earlier {
  /** Rows of slots before this one are in no table any more: `2026-11-22T12:15:00Z`. */
  readonly before: string
  /** Parquet files of the table, below the folder of the export. */
  readonly paths: ReadonlyArray<string>
}

/** By table; those that were never pruned, or of which there is no export to take rows from, are not there. */
export const readEarlier = (
  snapshot: Snapshot,
  { earlier }: Building
): Effect.Effect<ReadonlyMap<string, Earlier>, StorageFailed> =>
  Effect.gen(function* () {
    const recorded = yield* Effect.flatten(
      snapshot.ask("SELECT 1 FROM sqlite_schema WHERE name = 'prune_cutoffs'")
    )
    if (recorded.length === 0) return new Map()
    const cutoffs = yield* Effect.flatten(
      snapshot.ask(
        "SELECT table_name, max(before_slot) FROM prune_cutoffs GROUP BY table_name ORDER BY table_name"
      )
    )
    return new Map(
      cutoffs.flatMap(([name, before]) => {
        const paths = earlier
          .filter(({ format, table }) => format === "parquet" && table === name)
          .map(({ path }) => path)
        return paths.length === 0 ? [] : [[String(name), { before: String(before), paths }] as const]
      })
    )
  })

/** The rows before the cut-off in some of the earlier files. */
export const earlierSql = ({ path }: Building, { before }: Earlier, paths: ReadonlyArray<string>): string =>
  `SELECT * FROM read_parquet([${paths.map((file) => literal(join(path, file))).join(", ")}], hive_partitioning = false)
   WHERE snapshot_time < TIMESTAMPTZ ${literal(before)}`

/** The rows of the staged table and those of the earlier files; columns that those lack are NULL. */
export const withEarlierSql = (table: PublicTable, earlier: string): string =>
  `SELECT ${columnsOf(table).map(quoted).join(", ")}
   FROM (SELECT * FROM main.${quoted(table.name)} UNION ALL BY NAME ${earlier})`
