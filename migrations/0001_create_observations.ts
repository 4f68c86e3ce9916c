/**
 * SHAPES THE LOG. Never changed once landed: every data directory holds it.
 *
 * The log only grows. `seq` is contiguous from 1, a key is answered once, and the triggers refuse UPDATE,
 * DELETE and every form of INSERT that would replace a row, from any connection. They are a tripwire; the
 * proof is the hash chain.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE observations (
      seq INTEGER PRIMARY KEY,
      feed TEXT NOT NULL,
      slot TEXT NOT NULL,
      page INTEGER NOT NULL,
      endpoint TEXT NOT NULL,
      request TEXT NOT NULL,
      cursor TEXT,
      observed_at TEXT NOT NULL,
      status INTEGER NOT NULL,
      base_url TEXT NOT NULL,
      encoding TEXT NOT NULL CHECK (encoding IN ('br', 'identity')),
      body BLOB NOT NULL,
      body_sha256 TEXT NOT NULL,
      chain_sha256 TEXT NOT NULL,
      UNIQUE (feed, slot, request, page)
    ) STRICT
  `
  yield* sql`
    CREATE TRIGGER observations_no_update BEFORE UPDATE ON observations
    BEGIN SELECT RAISE(ABORT, 'observations is append-only: UPDATE refused'); END
  `
  yield* sql`
    CREATE TRIGGER observations_no_delete BEFORE DELETE ON observations
    BEGIN SELECT RAISE(ABORT, 'observations is append-only: DELETE refused'); END
  `
  yield* sql`
    CREATE TRIGGER observations_no_replace BEFORE INSERT ON observations
    WHEN EXISTS (
      SELECT 1 FROM observations
      WHERE seq = NEW.seq
        OR (feed = NEW.feed AND slot = NEW.slot AND request = NEW.request AND page = NEW.page)
    )
    BEGIN SELECT RAISE(ABORT, 'observations is append-only: this seq or key is taken'); END
  `
  yield* sql`
    CREATE TRIGGER observations_contiguous BEFORE INSERT ON observations
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM observations)
    BEGIN SELECT RAISE(ABORT, 'observations is append-only: seq must be the next one'); END
  `
})
