/** The contents of a database in a form that can be compared with another's. */
import { Effect } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import type { Projection } from "../../domain/read/projection.ts"
import type { TableDigest } from "../../services/Replay.ts"
import { type LakeState, readState as readLakeState } from "../lake/records.ts"
import type { Snapshot, SqliteRow } from "../sqlite/database/Snapshot.ts"
import { type Cutoffs, cutoffsIn } from "../sqlite/records/prune-cutoffs.ts"
import { readDigests } from "./digest.ts"

/** A database of an older version has no records of a lake. */
const NO_LAKE: LakeState = { watermarks: new Map(), files: [] }

export interface State {
  /** The seq up to which its tables have read the log. */
  readonly checkpoint: number
  /** The cut-offs of earlier prunes. */
  readonly cutoffs: Cutoffs
  /** The lake's watermarks and files. */
  readonly lake: LakeState
  /** The unresolved entries of the quarantine, one per line. */
  readonly quarantine: string
  /** Reads the digests; the snapshot must still be open. */
  readonly digests: Effect.Effect<ReadonlyArray<TableDigest>, StorageFailed>
}

/** Returns no rows where the database is older than the table. */
const rowsOf =
  ({ query }: Snapshot) =>
  (table: string, sql: string): Effect.Effect<ReadonlyArray<SqliteRow>, StorageFailed> =>
    Effect.gen(function* () {
      const found = yield* query("SELECT 1 FROM sqlite_schema WHERE name = ?", [table])
      return found.length === 0 ? [] : yield* query(sql)
    })

/** The projections of this version have one checkpoint. The database may also have those of other versions. */
const selectCheckpoint = (projections: ReadonlyArray<Projection>) =>
  `SELECT min(seq) FROM projection_checkpoints
   WHERE projection IN (${projections.map(({ name }) => `'${name}'`).join(", ")})`

const SELECT_QUARANTINE = `
  SELECT json_array(seq, projection, item, error) FROM quarantine
  WHERE resolved_at IS NULL ORDER BY seq, projection, item`

export const stateIn =
  (projections: ReadonlyArray<Projection>) =>
  (snapshot: Snapshot): Effect.Effect<State, StorageFailed> =>
    Effect.gen(function* () {
      const rows = rowsOf(snapshot)
      const checkpoint = yield* rows("projection_checkpoints", selectCheckpoint(projections))
      const quarantine = yield* rows("quarantine", SELECT_QUARANTINE)
      const files = yield* snapshot.query("SELECT 1 FROM sqlite_schema WHERE name = 'lake_files'")
      return {
        lake: files.length === 0 ? NO_LAKE : yield* readLakeState(snapshot),
        checkpoint: Number(checkpoint[0]?.[0] ?? 0),
        cutoffs: yield* cutoffsIn(snapshot),
        quarantine: quarantine.map(([line]) => line).join("\n"),
        digests: readDigests(projections)(snapshot)
      }
    })
