/** Submits a backfill and waits for its end, whichever process works on it. */
import { Effect, type Layer, Option, Schedule } from "effect"
import type { BackfillSpec } from "../../domain/ask/backfill/plan.ts"
import { DataDirLocked } from "../../domain/errors.ts"
import type { SlotSeconds } from "../../domain/units/time.ts"
import { type BackfillJob, BackfillJobs, type BackfillProgress } from "../../services/BackfillJobs.ts"
import { BackfillRunner } from "../../services/BackfillRunner.ts"

/** How often a job is looked at that another process works on. */
const LOOK_EVERY = "1 second"

/** The number of looks in a row at a waiting job after which this process tries to work on it again. */
const WAITING_LOOKS_MAX = 30

const isOver = ({ status }: BackfillJob) => status === "complete" || status === "failed"

/** Looks until the job is over, or has waited for long: the recorder is busy with another, or gone. */
const looks: Schedule.Schedule<BackfillJob, BackfillJob> = Schedule.identity<BackfillJob>().pipe(
  Schedule.intersect(Schedule.recurs(WAITING_LOOKS_MAX)),
  Schedule.resetWhen(([{ status }]) => status !== "waiting"),
  Schedule.intersect(Schedule.spaced(LOOK_EVERY)),
  Schedule.whileInput((job: BackfillJob) => !isOver(job)),
  Schedule.passthrough
)

export interface Submission<W, E, E2, E3, R> {
  readonly spec: BackfillSpec
  readonly requestedAt: SlotSeconds
  /** Opens the data directory as its writer, or fails because another process writes it. */
  readonly writer: Layer.Layer<W | BackfillJobs | BackfillRunner, E | DataDirLocked, R>
  /**
   * Runs in the opened directory, once the job is on record and before any work. It may take long, so it is not part
   * of the layer; if it is interrupted, the job waits.
   */
  readonly prepare: Effect.Effect<void, E3, W | BackfillJobs | BackfillRunner>
  /** Opens the record of backfills beside the writer. */
  readonly beside: Layer.Layer<BackfillJobs, E2, R>
  readonly withProgress: <A, E, R>(
    use: (onProgress: (made: BackfillProgress) => Effect.Effect<void>) => Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E, R>
  /** Called once if another process holds the data directory. */
  readonly onTakenOver: (holder: string) => Effect.Effect<void>
}

/**
 * Requests a backfill and returns how it ended. This process works on it if it gets the writer's lock. Otherwise
 * it watches the recorder that holds the lock, and tries to get the lock again if the job only waits.
 */
export const submit = <W, E, E2, E3, R>({
  beside,
  onTakenOver,
  prepare,
  requestedAt,
  spec,
  withProgress,
  writer
}: Submission<W, E, E2, E3, R>) => {
  /** Requests the job the first time, and looks it up later: a request for a complete job makes another. */
  const jobOf = (known: Option.Option<BackfillJob>) =>
    Effect.flatMap(BackfillJobs, (jobs) =>
      Option.match(known, {
        onNone: () => jobs.request(spec, requestedAt),
        onSome: (job) =>
          Effect.map(
            jobs.get(job.slot),
            Option.getOrElse(() => job)
          )
      })
    )

  const work = (known: Option.Option<BackfillJob>) =>
    Effect.gen(function* () {
      const job = yield* jobOf(known)
      if (isOver(job)) return job
      yield* prepare
      const runner = yield* BackfillRunner
      return yield* withProgress((onProgress) => runner.work(job, onProgress))
    }).pipe(Effect.provide(writer))

  const watch = (known: Option.Option<BackfillJob>) =>
    Effect.gen(function* () {
      const job = yield* jobOf(known)
      return yield* withProgress((onProgress) =>
        jobOf(Option.some(job)).pipe(Effect.tap(onProgress), Effect.repeat(looks))
      )
    }).pipe(Effect.provide(beside))

  return Effect.iterate(Option.none<BackfillJob>(), {
    while: (job) => !Option.exists(job, isOver),
    body: (known) =>
      work(known).pipe(
        Effect.catchIf(
          (error) => error instanceof DataDirLocked,
          ({ holder }) =>
            Effect.zipRight(Option.isNone(known) ? onTakenOver(holder) : Effect.void, watch(known))
        ),
        Effect.asSome
      )
  }).pipe(Effect.map(Option.getOrThrow))
}
