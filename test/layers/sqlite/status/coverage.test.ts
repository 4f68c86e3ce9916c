/** `coverage` counts the rows of `collection_runs`, and a directory of an earlier version gets the view. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import { Database } from "../../../../src/layers/sqlite/database/Database.ts"
import { databaseIn, hasShell, raw, scopedFolder, shell } from "../support.ts"

interface Run {
  readonly feed: string
  readonly slot: string
  readonly status: string
  readonly reason: string | null
  readonly pages: number
  readonly items: number
  readonly failed_attempts: number
}

type Row = Readonly<Record<string, string | number | null>>

const opened = (folder: string) => Effect.provide(Database, databaseIn(folder))

const record = (folder: string, runs: ReadonlyArray<Run>) =>
  raw(folder, (database) => {
    database.exec("DELETE FROM collection_runs")
    const insert = database.prepare(
      `INSERT INTO collection_runs (feed, slot, status, reason, pages, items, failed_attempts)
       VALUES (@feed, @slot, @status, @reason, @pages, @items, @failed_attempts)`
    )
    for (const run of runs) insert.run(run)
  })

const coverage = (folder: string): ReadonlyArray<Row> =>
  raw(folder, (database) => database.prepare<[], Row>("SELECT * FROM coverage ORDER BY feed, day").all())

const run = (but: Partial<Run>): Run => ({
  feed: "markets",
  slot: "2026-11-22T12:15:00Z",
  status: "complete",
  reason: null,
  pages: 3,
  items: 2500,
  failed_attempts: 0,
  ...but
})

/** The same count by one loop over the runs. */
const counted = (runs: ReadonlyArray<Run>): ReadonlyArray<Row> => {
  const days = [...new Set(runs.map(({ feed, slot }) => `${feed} ${slot.slice(0, 10)}`))].sort()
  return days.map((key) => {
    const of = runs
      .filter(({ feed, slot }) => `${feed} ${slot.slice(0, 10)}` === key)
      .sort((a, b) => (a.slot < b.slot ? -1 : 1))
    const ended = (status: string) => of.filter((one) => one.status === status).length
    const sum = (column: "pages" | "items" | "failed_attempts") => of.reduce((n, one) => n + one[column], 0)
    const due = of.length - ended("running")
    return {
      feed: of[0]?.feed ?? "",
      day: key.slice(-10),
      slots_due: of.length,
      complete: ended("complete"),
      warnings: of.filter(({ reason, status }) => status === "complete" && reason !== null).length,
      failed: ended("failed"),
      skipped: ended("skipped"),
      missed: ended("missed"),
      running: ended("running"),
      complete_share: due === 0 ? null : ended("complete") / due,
      pages: sum("pages"),
      items: sum("items"),
      failed_attempts: sum("failed_attempts"),
      first_failure: of.find(({ status }) => status === "failed")?.reason ?? null,
      first_warning: of.find(({ reason, status }) => status === "complete" && reason !== null)?.reason ?? null
    }
  })
}

const anyRun = fc.record({
  feed: fc.constantFrom("markets", "events"),
  slot: fc
    .integer({ min: 0, max: 400 })
    .map((n) => `${new Date(Date.UTC(2026, 10, 21) + n * 900_000).toISOString().slice(0, 19)}Z`),
  status: fc.constantFrom("complete", "complete", "failed", "skipped", "missed", "running"),
  reason: fc.constantFrom(null, "", "503", "interrupted"),
  pages: fc.nat(200),
  items: fc.nat(200_000),
  failed_attempts: fc.nat(6)
})

const runs = fc.uniqueArray(anyRun, { maxLength: 60, selector: ({ feed, slot }) => `${feed} ${slot}` })

describe("coverage", () => {
  it.scoped("has a row for each feed and day, with the first failure of the day", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* opened(folder)
      record(folder, [
        run({ slot: "2026-11-22T00:00:00Z", reason: "2 of 100 got no answer" }),
        run({ slot: "2026-11-22T00:15:00Z", status: "missed", reason: "down", pages: 0, items: 0 }),
        run({ slot: "2026-11-22T23:45:00Z", status: "failed", reason: "later", pages: 1, items: 10 }),
        run({ slot: "2026-11-22T12:00:00Z", status: "failed", reason: "sooner", failed_attempts: 5 }),
        run({ slot: "2026-11-23T00:00:00Z", status: "running", pages: 0, items: 0 })
      ])
      const zero = {
        ...{ warnings: 0, failed: 0, skipped: 0, missed: 0, failed_attempts: 0 },
        ...{ first_failure: null, first_warning: null }
      }
      assert.deepStrictEqual(coverage(folder), [
        {
          ...zero,
          ...{ feed: "markets", day: "2026-11-22", slots_due: 4, complete: 1, failed: 2, missed: 1 },
          ...{ running: 0, complete_share: 0.25, pages: 7, items: 5010, failed_attempts: 5 },
          ...{ first_failure: "sooner", warnings: 1, first_warning: "2 of 100 got no answer" }
        },
        {
          ...zero,
          ...{ feed: "markets", day: "2026-11-23", slots_due: 1, complete: 0 },
          ...{ running: 1, complete_share: null, pages: 0, items: 0 }
        }
      ])
      if (hasShell)
        assert.strictEqual(shell(folder, "SELECT sum(slots_due) FROM coverage").stdout.trim(), "5")
    })
  )

  it.scoped("agrees with a simple loop for any record of runs", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* opened(folder)
      fc.assert(
        fc.property(runs, (some) => {
          record(folder, some)
          assert.deepStrictEqual(coverage(folder), counted(some))
        }),
        { numRuns: 60 }
      )
    })
  )
})

describe("a data directory of an earlier version", () => {
  const views = (folder: string) =>
    raw(folder, (database) =>
      database.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY name").all()
    )

  it.scoped("gets views that it lacks and those that have changed, and keeps all others", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* opened(folder)
      const whole = views(folder)
      raw(folder, (database) => {
        database.exec("DROP VIEW coverage")
        database.exec("DROP VIEW settlements")
        database.exec("CREATE VIEW settlements AS SELECT 1 AS ticker")
        database.exec("CREATE VIEW mine AS SELECT 2 AS two")
      })
      yield* opened(folder)
      assert.deepStrictEqual(
        views(folder).filter((view) => (view as Row).name !== "mine"),
        whole
      )
      assert.strictEqual(
        raw(folder, (database) => database.prepare("SELECT two FROM mine").pluck().get()),
        2
      )
      const version = () => raw(folder, (database) => database.pragma("schema_version", { simple: true }))
      const before = version()
      yield* opened(folder)
      assert.strictEqual(version(), before, "what is right is left alone")
    })
  )

  it.scoped("waits for the rebuild if a table is missing", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* opened(folder)
      raw(folder, (database) => {
        database.exec("DROP VIEW settlements")
        database.exec("DROP TABLE settlement_rows")
      })
      yield* opened(folder)
      assert.notInclude(
        views(folder).map((view) => (view as Row).name),
        "settlements"
      )
    })
  )
})
