/** The state of a recording: its holes as ranges, and what the exchange last said of itself. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { describeHole } from "../../../src/domain/holes.ts"
import { databasePath } from "../../../src/layers/data-dir.ts"
import * as SqliteDatabase from "../../../src/layers/sqlite/Database.ts"
import * as SqliteStatus from "../../../src/layers/sqlite/Status.ts"
import { Status } from "../../../src/services/Status.ts"
import { databaseIn, raw, scopedFolder } from "./support.ts"

const report = (folder: string) =>
  Effect.flatMap(Status, (status) => status.report).pipe(
    Effect.provide(SqliteStatus.layer(folder).pipe(Layer.provide(databaseIn(folder))))
  )

const DOWN = "the recorder was not running"
const OVERRUN = "the slot before it was still being taken"

/** `[time, status, reason]` of one feed on one day, every quarter of an hour unless told otherwise. */
const record = (
  folder: string,
  feed: string,
  runs: ReadonlyArray<readonly [string, string, string | null, (number | null)?]>
) =>
  raw(folder, (database) => {
    const insert = database.prepare(
      "INSERT INTO collection_runs (feed, slot, interval, status, reason, pages, items) VALUES (?, ?, ?, ?, ?, 0, 0)"
    )
    for (const [time, status, reason, interval = 900] of runs)
      insert.run(feed, `2026-11-22T${time}:00Z`, interval, status, reason)
  })

describe("the status of a feed", () => {
  it.scoped("tells neighbouring slots that ended alike as one hole, the newest first", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* report(folder)
      record(folder, "markets", [
        ["02:30", "failed", "the exchange answered 500"],
        ["02:45", "complete", null],
        ["03:00", "missed", DOWN],
        ["03:15", "missed", DOWN],
        ["03:30", "missed", DOWN],
        ["03:45", "failed", "interrupted"],
        ["04:00", "complete", null],
        ["04:15", "missed", DOWN],
        ["04:30", "skipped", OVERRUN],
        ["04:45", "running", null]
      ])
      record(folder, "events", [["04:00", "complete", null]])
      const { exchangeState, feeds } = yield* report(folder)
      assert.strictEqual(exchangeState, null, "never asked")
      const [events, markets] = feeds
      assert.deepStrictEqual(
        [events?.holes, events?.olderHoles, markets?.olderHoles],
        [[], 0, 2],
        "a feed without holes says so"
      )
      assert.deepStrictEqual(markets?.holes.map(describeHole), [
        `1 slot skipped 2026-11-22 04:30 (${OVERRUN})`,
        `1 slot missed 2026-11-22 04:15 (${DOWN})`,
        "1 slot failed 2026-11-22 03:45: interrupted"
      ])
      assert.deepStrictEqual([markets?.failed, markets?.missed, markets?.skipped], [2, 4, 1])
    })
  )

  it.scoped("has one hole for a long outage", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* report(folder)
      record(
        folder,
        "markets",
        Array.from({ length: 96 }, (_, n) => {
          const time = new Date(n * 900_000).toISOString().slice(11, 16)
          return [
            time,
            n === 0 || n === 95 ? "complete" : "missed",
            n === 0 || n === 95 ? null : DOWN
          ] as const
        })
      )
      const [markets] = (yield* report(folder)).feeds
      assert.deepStrictEqual(markets?.holes.map(describeHole), [
        `94 slots missed 2026-11-22 00:15-23:45 (${DOWN})`
      ])
    })
  )

  it.scoped("knows the newest state of the exchange, where it is recorded", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* report(folder)
      raw(folder, (database) => {
        database.exec("DROP VIEW IF EXISTS exchange_status")
        database.exec(`CREATE VIEW exchange_status AS
          SELECT column1 AS snapshot_time, column2 AS exchange_active, column3 AS trading_active,
            1 AS intra_exchange_transfers_active, column4 AS estimated_resume_time,
            NULL AS index_statuses, column1 AS observed_at
          FROM (VALUES ('2026-11-22T12:15:00Z', 1, 0, '2026-11-22T13:00:00.000000Z'),
                       ('2026-11-22T12:00:00Z', 1, 1, NULL))`)
      })
      // Not through the writer, which would put this version's view in its place.
      const reader = SqliteDatabase.layer(databasePath(folder), "reader")
      const { exchangeState } = yield* Effect.flatMap(Status, (status) => status.report).pipe(
        Effect.provide(SqliteStatus.layer(folder).pipe(Layer.provide(reader)))
      )
      assert.deepStrictEqual(exchangeState, {
        snapshotTime: "2026-11-22T12:15:00Z",
        exchangeActive: true,
        tradingActive: false,
        estimatedResumeTime: "2026-11-22T13:00:00.000000Z",
        observedAt: "2026-11-22T12:15:00Z"
      })
    })
  )
})
