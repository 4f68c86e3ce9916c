/** The record of runs: each slot that was due has one row, and no row is overwritten. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc, Layer, Option } from "effect"
import * as SqliteRuns from "../../../../src/layers/sqlite/records/CollectionRuns.ts"
import * as RunLife from "../../../../src/layers/sqlite/records/run-life.ts"
import { verifyRuns } from "../../../../src/layers/sqlite/records/run-seals.ts"
import { CollectionRuns, type Run } from "../../../../src/services/CollectionRuns.ts"
import { rowsOf } from "../../projector/support.ts"
import { answer, appendAll, failsWith, logIn, SLOT, scopedFolder } from "../support.ts"

const runsIn = (folder: string) => SqliteRuns.layer.pipe(Layer.provideMerge(logIn(folder)))

const inNewFolder = <A, E, R>(use: (folder: string) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(scopedFolder, (folder) => Effect.provide(use(folder), runsIn(folder)))

const feed = "markets"
const [STARTED, FINISHED] = ["2026-11-22T12:15:00.000001Z", "2026-11-22T12:16:00.000001Z"]

/** A time after all slots. */
const LATER = SLOT + 100_000

const rows = (folder: string) => rowsOf(folder, "SELECT * FROM collection_runs ORDER BY feed, slot")

const start = (slot: number, interval: number | null = 900) =>
  Effect.flatMap(RunLife.make, (life) => life.start({ feed, slot, interval, startedAt: STARTED }))

const complete = (slot: number, interval: number | null = 900) =>
  Effect.flatMap(RunLife.make, (life) =>
    life.finish({
      feed,
      slot,
      status: "complete",
      reason: null,
      pages: 3,
      items: 2001,
      failedAttempts: 0,
      watermark: slot,
      finishedAt: FINISHED
    })
  ).pipe((finish) => Effect.zipRight(start(slot, interval), finish))

const gap = (after: number, before: number, interval = 900) =>
  Effect.flatMap(CollectionRuns, (runs) => runs.miss({ feed, after, before, interval, reason: "down" }))

const slotsOf = (found: Option.Option<Run>) => Option.getOrUndefined(Option.map(found, ({ slot }) => slot))

describe("the record of runs", () => {
  it.scoped("describes the start and the end of a run", () =>
    inNewFolder((folder) =>
      Effect.gen(function* () {
        const runs = yield* CollectionRuns
        yield* start(SLOT)
        const begun = { feed, slot: "2026-11-22T12:15:00Z", interval: 900, started_at: STARTED }
        const nothing = {
          reason: null,
          pages: 0,
          items: 0,
          failed_attempts: 0,
          watermark: null,
          finished_at: null
        }
        assert.deepStrictEqual(rows(folder), [{ ...begun, ...nothing, status: "running" }])
        const ended = {
          feed,
          slot: SLOT,
          status: "complete",
          reason: null,
          pages: 121,
          items: 120_384,
          failedAttempts: 4
        } as const
        yield* (yield* RunLife.make).finish({ ...ended, watermark: SLOT, finishedAt: FINISHED })
        const last = Option.getOrThrow(yield* runs.lastOnInterval(feed, LATER))
        assert.deepStrictEqual(last, {
          ...ended,
          interval: 900,
          startedAt: STARTED,
          finishedAt: FINISHED,
          watermark: SLOT
        })
        assert.deepStrictEqual(yield* runs.lastComplete(feed), Option.some(last))
      })
    )
  )

  it.scoped("a failed run keeps its reason and its counts, and does not count as complete", () =>
    inNewFolder(() =>
      Effect.gen(function* () {
        const runs = yield* CollectionRuns
        yield* complete(SLOT)
        yield* start(SLOT + 900)
        const failed = {
          feed,
          slot: SLOT + 900,
          status: "failed",
          reason: "429",
          pages: 2,
          items: 1000,
          failedAttempts: 7
        } as const
        yield* (yield* RunLife.make).finish({ ...failed, watermark: null, finishedAt: FINISHED })
        const last = Option.getOrThrow(yield* runs.lastOnInterval(feed, LATER))
        assert.include(last, failed)
        assert.isNull(last.watermark)
        assert.strictEqual(slotsOf(yield* runs.lastComplete(feed)), SLOT)
        assert.isTrue(
          Option.isNone(yield* runs.lastComplete(feed, SLOT - 1)),
          "of what lies in the future, nothing"
        )
      })
    )
  )

  it.scoped("a slot recorded as missed or skipped can be taken, or skipped, when its time comes", () =>
    inNewFolder((folder) =>
      Effect.gen(function* () {
        const runs = yield* CollectionRuns
        assert.strictEqual(yield* gap(SLOT, SLOT + 4 * 900), 3)
        assert.isFalse(yield* runs.taken(feed, SLOT + 900))
        yield* complete(SLOT + 900)
        yield* runs.skip({ feed, slot: SLOT + 1800, interval: 900, reason: "busy" })
        assert.isFalse(yield* runs.taken(feed, SLOT + 1800))
        const [taken, skipped, missed] = rows(folder)
        assert.include(taken, { status: "complete", reason: null, started_at: STARTED, items: 2001 })
        assert.include(skipped, { status: "skipped", reason: "busy", started_at: null })
        assert.include(missed, { status: "missed", reason: "down" })
      })
    )
  )

  it.scoped("a slot is taken once: no start, skip or miss overwrites it", () =>
    inNewFolder((folder) =>
      Effect.gen(function* () {
        const runs = yield* CollectionRuns
        assert.isFalse(yield* runs.taken(feed, SLOT))
        yield* complete(SLOT, null)
        assert.isTrue(yield* runs.taken(feed, SLOT))
        assert.isFalse(yield* runs.taken("events", SLOT))
        const before = rows(folder)
        yield* failsWith(start(SLOT), "StorageFailed")
        yield* failsWith(runs.skip({ feed, slot: SLOT, interval: 900, reason: "busy" }), "StorageFailed")
        assert.strictEqual(yield* gap(SLOT - 1, SLOT + 1), 0, "nothing was missed there")
        assert.deepStrictEqual(rows(folder), before)
      })
    )
  )

  it.scoped("a run that has ended cannot end again", () =>
    inNewFolder((folder) =>
      Effect.gen(function* () {
        yield* complete(SLOT)
        const before = rows(folder)
        const late = {
          status: "failed",
          reason: "late",
          pages: 0,
          items: 0,
          failedAttempts: 0,
          watermark: null
        } as const
        yield* (yield* RunLife.make).finish({ feed, slot: SLOT, ...late, finishedAt: FINISHED })
        assert.deepStrictEqual(rows(folder), before)
      })
    )
  )

  it.scoped("a slot that came due during the one before it is skipped, with the reason", () =>
    inNewFolder((folder) =>
      Effect.gen(function* () {
        const runs = yield* CollectionRuns
        yield* start(SLOT)
        yield* runs.skip({ feed, slot: SLOT + 900, interval: 900, reason: "the one before it still runs" })
        const [, skipped] = rows(folder)
        const words = {
          status: "skipped",
          reason: "the one before it still runs",
          started_at: null,
          pages: 0
        }
        assert.include(skipped, { ...words, interval: 900, slot: "2026-11-22T12:30:00Z" })
        assert.strictEqual(slotsOf(yield* runs.lastOnInterval(feed, LATER)), SLOT + 900)
        assert.isTrue(Option.isNone(yield* runs.lastComplete(feed)))
      })
    )
  )

  it.scoped("a day of downtime is 95 missed slots, each on its boundary", () =>
    inNewFolder((folder) =>
      Effect.gen(function* () {
        yield* complete(SLOT)
        assert.strictEqual(yield* gap(SLOT, SLOT + 86_400), 95)
        const missed = rows(folder).filter(({ status }) => status === "missed")
        assert.lengthOf(missed, 95)
        missed.forEach(({ interval, reason, slot }, index) => {
          const at = new Date((SLOT + 900 * (index + 1)) * 1000).toISOString().replace(".000Z", "Z")
          assert.deepStrictEqual([slot, interval, reason], [at, 900, "down"])
        })
        assert.strictEqual(yield* gap(SLOT, SLOT + 86_400), 0, "told twice, recorded once")
        assert.lengthOf(rows(folder), 96)
      })
    )
  )

  it.scoped("a slot that --once took on a boundary is not missed, and keeps its row", () =>
    inNewFolder((folder) =>
      Effect.gen(function* () {
        yield* complete(SLOT)
        yield* complete(SLOT + 1800, null)
        yield* complete(SLOT + 2000, null)
        assert.strictEqual(yield* gap(SLOT, SLOT + 3600), 2)
        const found = rows(folder).map(({ slot, status }) => `${String(slot).slice(11, 19)} ${status}`)
        assert.deepStrictEqual(found, [
          "12:15:00 complete",
          "12:30:00 missed",
          "12:45:00 complete",
          "12:48:20 complete",
          "13:00:00 missed"
        ])
      })
    )
  )

  const seconds = fc.integer({ min: 0, max: 20_000 })
  it.scoped.prop(
    "every boundary strictly between two slots is missed, and nothing else",
    [seconds, seconds, fc.constantFrom(5, 60, 900, 3600, 86_400)],
    ([a, b, interval]) =>
      inNewFolder((folder) =>
        Effect.gen(function* () {
          const [after, before] = [SLOT + Math.min(a, b), SLOT + Math.max(a, b)]
          const missed = yield* gap(after, before, interval)
          const found = rows(folder).map(({ slot }) => Date.parse(String(slot)) / 1000)
          assert.lengthOf(found, missed)
          let due = 0
          for (let second = after + 1; second < before; second++) if (second % interval === 0) due++
          assert.strictEqual(missed, due)
          assert.isTrue(found.every((slot) => slot > after && slot < before && slot % interval === 0))
        })
      ),
    { fastCheck: { seed: 3, numRuns: 15 } }
  )

  it.scoped("a run that a killed process left open is closed as failed (interrupted), with its pages", () =>
    inNewFolder((folder) =>
      Effect.gen(function* () {
        const runs = yield* CollectionRuns
        yield* complete(SLOT - 900)
        yield* start(SLOT)
        yield* (yield* RunLife.make).start({ feed: "events", slot: SLOT, interval: null, startedAt: STARTED })
        yield* appendAll([answer(0), answer(1), answer(2, { slot: SLOT - 900 })])
        assert.strictEqual(yield* runs.closeInterrupted(FINISHED), 2)
        const closed = rows(folder).filter(({ status }) => status === "failed")
        const pages = closed.map((row) => [row.feed, row.reason, row.finished_at, row.pages, row.watermark])
        assert.deepStrictEqual(pages, [
          ["events", "interrupted", FINISHED, 0, null],
          [feed, "interrupted", FINISHED, 2, null]
        ])
        assert.strictEqual(yield* runs.closeInterrupted(FINISHED), 0)
        assert.strictEqual(slotsOf(yield* runs.lastComplete(feed)), SLOT - 900)
      })
    )
  )

  it.scoped("the last complete run and the last run on an interval are those of the same feed", () =>
    inNewFolder(() =>
      Effect.gen(function* () {
        const runs = yield* CollectionRuns
        for (const find of [runs.lastComplete, runs.lastOnInterval]) {
          assert.isTrue(Option.isNone(yield* find(feed, LATER)))
        }
        yield* complete(SLOT)
        yield* complete(SLOT + 500, null)
        yield* start(SLOT + 900)
        yield* gap(SLOT + 900, SLOT + 1801)
        yield* start(SLOT + 2000, null)
        assert.strictEqual(slotsOf(yield* runs.lastComplete(feed)), SLOT + 500)
        assert.strictEqual(slotsOf(yield* runs.lastOnInterval(feed, LATER)), SLOT + 1800)
        assert.strictEqual(slotsOf(yield* runs.lastOnInterval(feed, SLOT + 899)), SLOT)
        assert.isTrue(Option.isNone(yield* runs.lastOnInterval("events", LATER)))
      })
    )
  )

  it.scoped("lets others write while it records a long downtime", () =>
    inNewFolder((folder) =>
      Effect.gen(function* () {
        const slots = 20_000
        const life = yield* RunLife.make
        const other = { feed: "trades", slot: SLOT, interval: 900, startedAt: STARTED }
        const [missed] = yield* Effect.all([gap(SLOT - 1, SLOT + slots * 5, 5), life.start(other)], {
          concurrency: "unbounded"
        })
        assert.strictEqual(missed, slots)
        const [seal] = rowsOf(folder, "SELECT n FROM collection_run_seals WHERE feed = 'trades'")
        assert.isAbove(Number(seal?.n), 1)
        assert.isBelow(Number(seal?.n), slots)
        assert.strictEqual(yield* verifyRuns, slots + 1)
      })
    )
  )
})
