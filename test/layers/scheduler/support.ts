/** The Scheduler over a real record of runs, and jobs that write it as the Recorder does. */
import { Clock, Context, Effect, Exit, Layer } from "effect"
import type { SlotSeconds } from "../../../src/domain/units/time.ts"
import * as SchedulerLive from "../../../src/layers/scheduler/Scheduler.ts"
import { Database, make } from "../../../src/layers/sqlite/database/Database.ts"
import { migrate } from "../../../src/layers/sqlite/database/migrations.ts"
import * as SqliteRuns from "../../../src/layers/sqlite/records/CollectionRuns.ts"
import { CollectionRuns, type RunOutcome } from "../../../src/services/CollectionRuns.ts"
import { Scheduler } from "../../../src/services/Scheduler.ts"
import { quickClock } from "../../quick-clock.ts"

export interface RunRow {
  readonly slot: string
  readonly interval: number | null
  readonly started_at: string | null
  readonly finished_at: string | null
  readonly status: string
  readonly reason: string | null
}

const database = Layer.scoped(
  Database,
  Effect.tap(make(":memory:", "scratch"), (it) => Effect.provideService(migrate, Database, it))
)

export const FEED = "markets"

/** A scheduler with an empty record, and a clock that the test controls. */
export const schedulingBy = (timekeeping: Layer.Layer<never, never, Database>) =>
  Effect.gen(function* () {
    yield* quickClock
    const context = yield* Layer.build(
      SchedulerLive.layer.pipe(
        Layer.provide(timekeeping),
        Layer.provideMerge(SqliteRuns.layer),
        Layer.provideMerge(database)
      )
    )
    const { sql } = Context.get(context, Database)
    const runs = Context.get(context, CollectionRuns)

    const outcome = (status: RunOutcome["status"], slot: SlotSeconds): RunOutcome => ({
      status,
      reason: status === "failed" ? "the exchange was out" : null,
      pages: 1,
      items: 1,
      failedAttempts: 0,
      watermark: status === "complete" ? slot : null
    })

    /** A job that takes `millis(slot)` and ends as a test says; an interruption is recorded. */
    const take =
      (
        interval: number | null,
        millis: (slot: SlotSeconds) => number,
        status: (slot: SlotSeconds) => RunOutcome["status"] = () => "complete"
      ) =>
      (slot: SlotSeconds) =>
        runs
          .bracket({ feed: FEED, slot, interval }, Effect.sleep(millis(slot)), (exit) =>
            Effect.succeed(
              Exit.isSuccess(exit)
                ? outcome(status(slot), slot)
                : { ...outcome("failed", slot), reason: "interrupted" }
            )
          )
          .pipe(Effect.asVoid)

    const rows = sql<RunRow>`
    SELECT slot, interval, started_at, finished_at, status, reason
    FROM collection_runs WHERE feed = ${FEED} ORDER BY slot
  `
    return { scheduler: Context.get(context, Scheduler), runs, sql, rows, take }
  })

/** The same, with a clock that is trusted. */
export const scheduling = schedulingBy(Layer.empty)

/** A clock whose time can be shifted against its timers, as that of a machine that sleeps or is set right. */
export const shifting = Effect.clockWith((clock) =>
  Effect.sync(() => {
    let offset = 0
    const millis = () => clock.unsafeCurrentTimeMillis() + offset
    const nanos = () => BigInt(millis()) * 1_000_000n
    const shifted: Clock.Clock = {
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      unsafeCurrentTimeMillis: millis,
      unsafeCurrentTimeNanos: nanos,
      currentTimeMillis: Effect.sync(millis),
      currentTimeNanos: Effect.sync(nanos),
      sleep: (duration) => clock.sleep(duration)
    }
    return {
      on: Effect.withClock(shifted),
      shift: (by: number) =>
        Effect.sync(() => {
          offset += by
        })
    }
  })
)
