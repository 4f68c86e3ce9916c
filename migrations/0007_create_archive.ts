/**
 * SHAPES THE LOG. Never changed once landed: every data directory holds it.
 *
 * `archive_segments` has a row for each segment of the archive: a contiguous range of the log that lies in Parquet
 * files under `archive/<first_seq>-<last_seq>/`, verified before its row was written. Only such ranges may leave
 * `observations`, and the log grows after the last seq of both. The triggers are a tripwire; the proof is the
 * chain of hashes: `chain_sha256` of the last row, and `link_sha256`, which covers every column of every row of the
 * archive up to it but the body, whose hash is one of the columns.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE archive_segments (
      first_seq INTEGER PRIMARY KEY,
      last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
      first_observed_at TEXT NOT NULL,
      last_observed_at TEXT NOT NULL,
      pieces INTEGER NOT NULL,
      body_bytes INTEGER NOT NULL,
      stored_bytes INTEGER NOT NULL,
      observations_bytes INTEGER NOT NULL,
      observations_sha256 TEXT NOT NULL,
      pieces_bytes INTEGER NOT NULL,
      pieces_sha256 TEXT NOT NULL,
      previous_link_sha256 TEXT NOT NULL,
      link_sha256 TEXT NOT NULL,
      chain_sha256 TEXT NOT NULL,
      sealed_at TEXT NOT NULL
    ) STRICT
  `
  yield* sql`
    CREATE TRIGGER archive_segments_no_update BEFORE UPDATE ON archive_segments
    BEGIN SELECT RAISE(ABORT, 'archive_segments is append-only: UPDATE refused'); END
  `
  yield* sql`
    CREATE TRIGGER archive_segments_no_delete BEFORE DELETE ON archive_segments
    BEGIN SELECT RAISE(ABORT, 'archive_segments is append-only: DELETE refused'); END
  `
  yield* sql`
    CREATE TRIGGER archive_segments_contiguous BEFORE INSERT ON archive_segments
    WHEN NEW.first_seq IS NOT coalesce((SELECT last_seq FROM archive_segments ORDER BY first_seq DESC LIMIT 1), 0) + 1
      OR EXISTS (SELECT 1 FROM archive_segments WHERE first_seq = NEW.first_seq)
    BEGIN SELECT RAISE(ABORT, 'archive_segments is append-only: a segment must begin behind the last one'); END
  `
  yield* sql`DROP TRIGGER observations_no_delete`
  yield* sql`
    CREATE TRIGGER observations_no_delete BEFORE DELETE ON observations
    WHEN OLD.seq > coalesce((SELECT last_seq FROM archive_segments ORDER BY first_seq DESC LIMIT 1), 0)
    BEGIN SELECT RAISE(ABORT, 'observations is append-only: DELETE refused'); END
  `
  yield* sql`DROP TRIGGER observations_contiguous`
  yield* sql`
    CREATE TRIGGER observations_contiguous BEFORE INSERT ON observations
    WHEN NEW.seq IS NOT (
      SELECT max(
        (SELECT coalesce(max(seq), 0) FROM observations),
        coalesce((SELECT last_seq FROM archive_segments ORDER BY first_seq DESC LIMIT 1), 0)
      ) + 1
    )
    BEGIN SELECT RAISE(ABORT, 'observations is append-only: seq must be the next one'); END
  `
})
