/** Maintenance takes its steps in order whatever becomes of each, and records how they ended. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, TestClock } from "effect"
import { LogDamaged, MaintenanceLocked, StorageFailed } from "../../../src/domain/errors.ts"
import * as MaintenanceLive from "../../../src/layers/maintenance/Maintenance.ts"
import { stepNames } from "../../../src/programs/definitions/maintain.ts"
import { Lake } from "../../../src/services/Lake.ts"
import { LogArchive } from "../../../src/services/LogArchive.ts"
import { Maintenance, type MaintenanceStep, maintenanceSteps } from "../../../src/services/Maintenance.ts"
import { Pruner } from "../../../src/services/Pruner.ts"
import { rowsOf } from "../projector/support.ts"
import { databaseIn, SLOT, scopedFolder } from "../sqlite/support.ts"

const flushed = { seq: 7, tables: [] }
const compacted = { before: 0, after: 0, bytesBefore: 0, bytesAfter: 0, removed: 0 }
const archived = { segments: [], removed: 0, freedBytes: 0 }
const pruned = { keptFrom: "2026-11-15T00:00:00Z", tables: [] }

const full = new StorageFailed({ operation: "writing the lake", why: "the disk is full" })
const damaged = new LogDamaged({ seq: 3, why: "a body is not as it was" })

interface Steps {
  readonly lake?: Partial<Lake["Type"]>
  readonly archive?: LogArchive["Type"]["archive"]
  readonly prune?: Pruner["Type"]["prune"]
}

/** Takes steps of which some are replaced. The others end well. */
const maintain = (folder: string, { archive, lake, prune }: Steps, steps = maintenanceSteps.slice()) =>
  Effect.flatMap(Maintenance, (maintenance) =>
    maintenance.run({ steps, archiveBefore: SLOT, pruneBefore: SLOT - 3600 })
  ).pipe(
    Effect.provide(
      MaintenanceLive.layer.pipe(
        Layer.provide(
          Layer.mergeAll(
            Layer.succeed(
              Lake,
              Lake.of({ flush: Effect.succeed(flushed), compact: Effect.succeed(compacted), ...lake })
            ),
            Layer.succeed(
              LogArchive,
              LogArchive.of({ archive: archive ?? (() => Effect.succeed(archived)) })
            ),
            Layer.succeed(Pruner, Pruner.of({ prune: prune ?? (() => Effect.succeed(pruned)) }))
          )
        ),
        Layer.provide(databaseIn(folder))
      )
    )
  )

const recorded = (folder: string) =>
  rowsOf(folder, "SELECT step, finished_at, succeeded_at, failure FROM maintenance_steps ORDER BY step")

describe("maintenance", () => {
  it("has the steps that the program names", () => {
    assert.deepStrictEqual([...stepNames], [...maintenanceSteps])
  })

  it.scoped("flushes, compacts, archives and prunes, in this order, with the times that it is given", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const taken: Array<string> = []
      const note = <A>(step: string, report: A) =>
        Effect.sync(() => {
          taken.push(step)
          return report
        })
      const outcomes = yield* maintain(
        folder,
        {
          lake: { flush: note("flush", flushed), compact: note("compact", compacted) },
          archive: ({ before }) => note(`archive ${before}`, archived),
          prune: ({ before }) => note(`prune ${before}`, pruned)
        },
        ["prune", "archive", "compact", "flush"]
      )
      assert.deepStrictEqual(taken, [
        "flush",
        "compact",
        "archive 2026-11-22T12:15:00.000000Z",
        `prune ${SLOT - 3600}`
      ])
      assert.deepStrictEqual(
        outcomes.map(({ failure, report, step }) => ({ failure, report, step })),
        [
          { step: "flush", report: flushed, failure: null },
          { step: "compact", report: compacted, failure: null },
          { step: "archive", report: archived, failure: null },
          { step: "prune", report: pruned, failure: null }
        ]
      )
    })
  )

  it.scoped("goes on after a failure, which stays on record until the step has ended well", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* maintain(folder, {})
      yield* TestClock.adjust("1 hour")
      const outcomes = yield* maintain(folder, {
        lake: { flush: Effect.fail(full), compact: Effect.fail(full) },
        archive: () => Effect.fail(damaged),
        prune: () =>
          Effect.succeed({
            ...pruned,
            tables: [
              {
                table: "trades",
                rows: 5,
                spans: 1,
                from: "2026-11-14T00:00:00Z",
                before: "2026-11-14T00:15:00Z",
                stays: { from: "2026-11-14T00:15:00Z", why: "the lake lacks 2 of its rows" }
              }
            ]
          })
      })
      assert.deepStrictEqual(
        outcomes.map(({ failure }) => failure),
        [
          full.message,
          full.message,
          damaged.message,
          "rows that are old enough to leave the database stay: trades from 2026-11-14T00:15:00Z on (the lake lacks 2 of its rows). Nothing is lost; `kalshi maintain` writes the lake first."
        ]
      )
      assert.isNotNull(outcomes.at(-1)?.report, "what it has removed is reported")
      const [first, later] = ["1970-01-01T00:00:00.000000Z", "1970-01-01T01:00:00.000000Z"]
      assert.deepStrictEqual(
        recorded(folder).map(({ failure, finished_at, succeeded_at }) => [
          finished_at,
          succeeded_at,
          failure !== null
        ]),
        Array.from({ length: 4 }, () => [later, first, true])
      )
      yield* maintain(folder, {}, ["flush"])
      assert.deepInclude(recorded(folder), {
        step: "flush",
        finished_at: later,
        succeeded_at: later,
        failure: null
      })
    })
  )

  it.scoped("that finds another at work fails, and leaves the record to that one", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const held = new MaintenanceLocked({ dataDir: folder, holder: "a flush" })
      const steps: ReadonlyArray<MaintenanceStep> = ["flush", "archive"]
      const outcomes = yield* maintain(folder, { lake: { flush: Effect.fail(held) } }, [...steps])
      assert.deepStrictEqual(
        outcomes.map(({ failure }) => failure),
        [held.message, null]
      )
      assert.deepStrictEqual(
        recorded(folder).map(({ step }) => step),
        ["archive"]
      )
    })
  )
})
