/** Any change of the record of runs is detected, unless the recorder made it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { databasePath } from "../../../../src/layers/files/data-dir.ts"
import * as SqliteDatabase from "../../../../src/layers/sqlite/database/Database.ts"
import * as RunLife from "../../../../src/layers/sqlite/records/run-life.ts"
import { RUN_COLUMNS, verifyRuns } from "../../../../src/layers/sqlite/records/run-seals.ts"
import { copyOf, databaseIn, failsWith, hasShell, raw, SLOT, scopedFolder, shell } from "../support.ts"

const at = "2026-11-22T12:15:00.000000Z"
const markets = { feed: "markets", slot: SLOT }

/** A row of every status, written as the recorder writes them. */
const recorded = Effect.gen(function* () {
  const folder = yield* scopedFolder
  yield* Effect.gen(function* () {
    const runs = yield* RunLife.make
    yield* runs.start({ ...markets, interval: 900, startedAt: at })
    const outcome = { reason: "slow", pages: 3, items: 12, failedAttempts: 1, finishedAt: at }
    yield* runs.finish({ ...markets, ...outcome, status: "complete", watermark: SLOT })
    yield* runs.skip({ ...markets, slot: SLOT + 900, interval: 900, reason: "the one before it still runs" })
    yield* runs.miss({
      feed: "markets",
      after: SLOT + 900,
      before: SLOT + 9000,
      interval: 900,
      reason: "down"
    })
    yield* runs.start({ feed: "events", slot: SLOT, interval: null, startedAt: at })
    assert.strictEqual(yield* runs.closeInterrupted(at), 1)
    yield* runs.start({ feed: "series", slot: SLOT, interval: null, startedAt: at })
  }).pipe(Effect.provide(databaseIn(folder)))
  return folder
})

const verified = (folder: string) =>
  Effect.provide(verifyRuns, SqliteDatabase.layer(databasePath(folder), "reader"))

const damage = (folder: string) =>
  Effect.map(failsWith(verified(folder), "RecordsDamaged"), ({ message }) => message)

const changes: Readonly<Record<string, string>> = {
  interval: "901",
  started_at: "NULL",
  finished_at: "'2026'",
  status: "'failed'",
  reason: "NULL",
  pages: "pages + 1",
  items: "items - 1",
  watermark: "'2026-11-22T12:30:00Z'",
  failed_attempts: "0",
  feed: "'marketz'",
  slot: "'2026-11-22T12:16:00Z'"
}

describe("the seals of the record of runs", () => {
  it.scoped("accept the record as the recorder wrote it, however each row came about", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* verified(yield* recorded), 12)
    })
  )

  it.scoped("cover every column", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      const columns = raw(folder, (database) =>
        database.prepare("SELECT name FROM pragma_table_info('collection_runs')").pluck().all()
      )
      assert.deepStrictEqual(columns, RUN_COLUMNS.split(", "))
      assert.sameMembers(columns, Object.keys(changes))
    })
  )

  it.scoped.each(Object.entries(changes))("detect a changed %s", ([column, value]) =>
    Effect.gen(function* () {
      const folder = yield* recorded
      raw(folder, (database) =>
        database.exec(`UPDATE collection_runs SET ${column} = ${value} WHERE status = 'complete'`)
      )
      assert.match(
        yield* damage(folder),
        /collection_runs of market[sz] at 2026-11-22T12:1\d:00Z is not as it was/
      )
    })
  )

  it.scoped("detect a missing row, an invented row, and a missing or changed seal", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      const ways = [
        [
          "DELETE FROM collection_runs WHERE status = 'skipped'",
          /markets at 2026-11-22T12:30:00Z .* missing/
        ],
        ["DELETE FROM collection_runs WHERE feed = 'series'", /series .* missing/],
        [
          "INSERT INTO collection_runs (feed, slot, status, pages, items) VALUES ('trades', '2026', 'complete', 1, 1)",
          /trades at 2026 .* no recorder wrote it/
        ],
        ["DELETE FROM collection_run_seals WHERE n = 2", /seal 2 .* missing/],
        ["UPDATE collection_run_seals SET row_sha256 = zeroblob(32) WHERE n = 3", /seal 3 /],
        ["UPDATE collection_run_seals SET chain_sha256 = zeroblob(32) WHERE n = 4", /seal 4 /]
      ] as const
      for (const [sql, words] of ways) {
        const copy = yield* copyOf(folder)
        raw(copy, (database) => database.exec(sql))
        assert.match(yield* damage(copy), words)
      }
    })
  )

  it.scoped.skipIf(!hasShell)("detect a change from a shell", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      const { status } = shell(
        folder,
        "UPDATE collection_runs SET status = 'complete' WHERE status = 'missed'"
      )
      assert.strictEqual(status, 0)
      assert.match(yield* damage(folder), /it was changed/)
    })
  )

  it.scoped("are made for the record of an earlier version as it is", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      raw(folder, (database) =>
        database.exec(
          `DROP TABLE collection_run_seals; DROP TABLE archive_segments; DROP TABLE lake_tables; DROP TABLE lake_files;
          DROP TABLE hot_cutoffs; DROP TABLE maintenance_steps;
          DELETE FROM effect_sql_migrations WHERE migration_id >= 6`
        )
      )
      yield* verified(folder)
      yield* Effect.provide(Effect.void, databaseIn(folder))
      assert.strictEqual(yield* verified(folder), 12)
      raw(folder, (database) => database.exec("UPDATE collection_runs SET items = 13 WHERE items = 12"))
      yield* damage(folder)
    })
  )
})
