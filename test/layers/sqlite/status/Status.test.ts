/** The state of a recording: its gaps as ranges, and the last status of the exchange. */
import { mkdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Layer, TestClock } from "effect"
import { describeGap } from "../../../../src/domain/gaps.ts"
import { slotText } from "../../../../src/domain/units/time.ts"
import { databasePath } from "../../../../src/layers/files/data-dir.ts"
import * as SqliteDatabase from "../../../../src/layers/sqlite/database/Database.ts"
import * as SqliteStatus from "../../../../src/layers/sqlite/status/Status.ts"
import { scheduleWords, statusLines } from "../../../../src/programs/terminal/status.ts"
import { Status } from "../../../../src/services/Status.ts"
import { stringsMarket } from "../../../domain/read/wire/bodies.ts"
import { scheduleBody, weekBody } from "../../../domain/read/wire/other-bodies.ts"
import { tablesIn, tell } from "../../projector/support.ts"
import { answer, databaseIn, raw, SLOT, scopedFolder } from "../support.ts"

const report = (folder: string) =>
  Effect.flatMap(Status, (status) => status.report).pipe(
    Effect.provide(SqliteStatus.layer(folder).pipe(Layer.provide(databaseIn(folder))))
  )

const DOWN = "the recorder was not running"
const OVERRUN = "the slot before it was still being taken"

/** `[time, status, reason]` of one feed on one day, every quarter of an hour unless a test says otherwise. */
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
  it.scoped("reports neighbouring slots that ended alike as one gap, the newest first", () =>
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
        [events?.gaps, events?.olderGaps, markets?.olderGaps],
        [[], 0, 2],
        "a feed without gaps says so"
      )
      assert.deepStrictEqual(markets?.gaps.map(describeGap), [
        `1 slot skipped 2026-11-22 04:30 (${OVERRUN})`,
        `1 slot missed 2026-11-22 04:15 (${DOWN})`,
        "1 slot failed 2026-11-22 03:45: interrupted"
      ])
      assert.deepStrictEqual([markets?.failed, markets?.missed, markets?.skipped], [2, 4, 1])
    })
  )

  it.scoped("also reports a complete walk whose beginning is in the historical tier as a gap", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* report(folder)
      const warned = "what is older than 2026-09-23T00:00:00Z only the historical tier has"
      record(folder, "trades", [
        ["03:00", "complete", warned],
        ["03:15", "complete", null]
      ])
      const [trades] = (yield* report(folder)).feeds
      assert.deepStrictEqual(trades?.gaps.map(describeGap), [
        `1 slot with a warning 2026-11-22 03:00: ${warned}`
      ])
      assert.deepStrictEqual([trades?.complete, trades?.partial, trades?.failed], [2, 1, 0])
    })
  )

  it.scoped("has one gap for a long outage", () =>
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
      assert.deepStrictEqual(markets?.gaps.map(describeGap), [
        `94 slots missed 2026-11-22 00:15-23:30 (${DOWN})`
      ])
    })
  )

  it.scoped("has the newest status of the exchange, if that is recorded", () =>
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
      // The writer is not used, since it would replace the view by that of this version.
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

describe("the recorder and the disk", () => {
  it.scoped("distinguishes a recorder that runs from one that was killed, whatever it left", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* report(folder)
      record(folder, "markets", [["04:45", "running", null]])
      const said = { program: "collect", pid: 7, host: "here", since: "2026-11-22T04:45:00.000000Z" }
      writeFileSync(join(folder, "writer.json"), JSON.stringify(said))
      assert.isNull((yield* report(folder)).recorder, "no lock was ever taken")
      const lock = new Sqlite(join(folder, "writer.lock"))
      lock.exec("BEGIN EXCLUSIVE")
      assert.deepStrictEqual((yield* report(folder)).recorder, said)
      lock.close()
      const killed = yield* report(folder)
      assert.isNull(killed.recorder)
      const lines = statusLines(killed, Date.parse("2026-11-22T05:00:00Z") / 1000, 80).join("\n")
      assert.match(lines, /recorder {3}none is running: the last one was killed and left 1 slot open/)
      assert.match(lines, /markets +2026-11-22T04:45:00Z +left open/)
    })
  )

  it.scoped("counts the database, its write-ahead log, exports and other files", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* report(folder)
      mkdirSync(join(folder, "exports", "month=2026-11"), { recursive: true })
      writeFileSync(join(folder, "exports", "month=2026-11", "a.parquet"), Buffer.alloc(3000))
      writeFileSync(join(folder, "notes.txt"), Buffer.alloc(500))
      const before = yield* report(folder)
      writeFileSync(databasePath(folder) + "-wal.copy", Buffer.alloc(70_000))
      const { databaseBytes, exportsBytes, freeBytes, otherBytes, walBytes } = yield* report(folder)
      assert.strictEqual(databaseBytes, statSync(databasePath(folder)).size)
      assert.isAtLeast(walBytes, 0)
      assert.strictEqual(exportsBytes, 3000)
      assert.strictEqual(otherBytes - before.otherBytes, 70_000)
      assert.isAbove(freeBytes, 0)
    })
  )

  it.scoped("has the newest warning of a feed", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* report(folder)
      record(folder, "markets", [
        ["03:00", "complete", "an older one"],
        ["03:15", "complete", "2 of 100 tickers got no answer"],
        ["03:30", "failed", "a"],
        ["03:45", "failed", "b"],
        ["04:00", "failed", "c"],
        ["04:15", "complete", null]
      ])
      const status = yield* report(folder)
      assert.deepStrictEqual(status.feeds[0]?.newestWarning, {
        slot: "2026-11-22T03:15:00Z",
        reason: "2 of 100 tickers got no answer"
      })
      const lines = statusLines(status, Date.parse("2026-11-22T05:00:00Z") / 1000, 80).join("\n")
      assert.include(lines, "  markets: 3 failed, 2 with a warning\n")
      assert.match(lines, /the newest warning, 2026-11-22T03:15:00Z: 2 of 100 tickers got no\s+answer/)
    })
  )
})

const utf8 = new TextEncoder()

describe("open markets", () => {
  const listed = (folder: string, slot: number, ...tickers: ReadonlyArray<string>) =>
    tell(
      answer(0, {
        slot,
        observedAt: `${slotText(slot).slice(0, -1)}.000000Z`,
        body: utf8.encode(
          JSON.stringify({
            cursor: "",
            markets: tickers.map((ticker) => stringsMarket({ ticker, mve_collection_ticker: null }))
          })
        )
      })
    ).pipe(Effect.provide(tablesIn(folder)))
  const ran = (folder: string, slot: number, status: string) =>
    record(folder, "markets", [[slotText(slot).slice(11, 16), status, null]])
  const open = (folder: string) => Effect.map(report(folder), ({ openMarkets }) => openMarkets)

  it.scoped("are those of the newest complete listing, without those that closed since", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* listed(folder, SLOT - 900, "PURGED", "A", "B")
      assert.strictEqual(yield* open(folder), 3, "no listing is known to be complete")
      ran(folder, SLOT - 900, "complete")
      yield* listed(folder, SLOT, "A", "B", "C")
      ran(folder, SLOT, "complete")
      assert.strictEqual(yield* open(folder), 3, "the purged one says active still")
      yield* listed(folder, SLOT + 900, "A")
      ran(folder, SLOT + 900, "failed")
      assert.strictEqual(yield* open(folder), 3, "a listing that was cut short")
      raw(folder, (database) =>
        database.exec(
          "UPDATE market_rows SET status = 'closed' WHERE market = (SELECT market FROM market_numbers WHERE ticker = 'B')"
        )
      )
      assert.strictEqual(yield* open(folder), 2)
    })
  )
})

describe("the schedule of the exchange", () => {
  const recorded = (body: unknown) =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* tell(
        answer(0, {
          feed: "exchange",
          endpoint: "GET /exchange/schedule",
          request: "/exchange/schedule",
          body: utf8.encode(JSON.stringify(body))
        })
      ).pipe(Effect.provide(tablesIn(folder)))
      return folder
    })
  const at = (folder: string, time: string) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse(time))
      const { scheduledTrading } = yield* report(folder)
      return scheduledTrading ?? assert.fail("no schedule")
    })
  const wordsAt = (folder: string, time: string) => Effect.map(at(folder, time), scheduleWords)

  it.scoped("has the pause of a Thursday night, and is open around it", () =>
    Effect.gen(function* () {
      const folder = yield* recorded(scheduleBody())
      assert.deepStrictEqual(yield* at(folder, "2026-11-26T08:30:17Z"), {
        at: "2026-11-26T08:30:17Z",
        hours: "closed",
        pausedFrom: "2026-11-26T08:00:00Z",
        pausedTo: "2026-11-26T10:00:00Z",
        observedAt: "2026-11-22T12:15:01.000000Z"
      })
      const paused = "trading paused by schedule (Thursday 03:00-05:00 in New York): prices stand still"
      for (const time of ["2026-11-26T08:00:00Z", "2026-11-26T09:59:59Z", "2026-07-16T07:00:00Z"])
        assert.strictEqual(yield* wordsAt(folder, time), paused, time)
      for (const time of ["2026-11-26T07:59:59Z", "2026-11-26T10:00:00Z"]) {
        assert.deepInclude(yield* at(folder, time), { hours: "open", pausedFrom: null, pausedTo: null })
        assert.strictEqual(yield* wordsAt(folder, time), "trading open by schedule")
      }
      assert.deepInclude(yield* at(folder, "2200-12-01T00:00:00Z"), { hours: "unknown" })
      assert.match(yield* wordsAt(folder, "2200-12-01T00:00:00Z"), /does not say/)
    })
  )

  it.scoped("has maintenance, a pause past midnight, and a pause without a known end", () =>
    Effect.gen(function* () {
      const maintained = yield* recorded(
        scheduleBody({
          maintenance_windows: [
            { start_datetime: "2026-11-24T06:00:00-05:00", end_datetime: "2026-11-24T12:00:00Z" }
          ]
        })
      )
      assert.include(
        yield* wordsAt(maintained, "2026-11-24T11:30:00Z"),
        "paused by schedule (maintenance, Tuesday 06:00-07:00 in New York)"
      )
      const nights = yield* recorded(
        scheduleBody({
          standard_hours: [
            weekBody({
              friday: [{ open_time: "00:00", close_time: "22:00" }],
              saturday: [{ open_time: "06:00", close_time: "00:00" }]
            })
          ]
        })
      )
      assert.include(
        yield* wordsAt(nights, "2026-11-28T05:00:00Z"),
        "(Friday 22:00-Saturday 06:00 in New York)"
      )
      const days = Object.keys(weekBody()).filter((name) => name.endsWith("day"))
      const shut = yield* recorded(
        scheduleBody({ standard_hours: [weekBody(Object.fromEntries(days.map((day) => [day, []])))] })
      )
      assert.strictEqual(
        yield* wordsAt(shut, "2026-11-28T05:00:00Z"),
        "trading paused by schedule: prices stand still"
      )
    })
  )

  it.scoped("is null if none was recorded", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      assert.isNull((yield* report(folder)).scheduledTrading)
    })
  )
})
