/** The Backfill over KalshiApi, the log and the Projector. */
import { Data, type Duration, Effect, Exit, Layer, Option, Ref, Schedule } from "effect"
import type { LogDamaged, StorageFailed } from "../../domain/errors.ts"
import { Backfill } from "../../services/Backfill.ts"
import { type BackfillJob, type BackfillProgress, Backfills } from "../../services/Backfills.ts"
import { Projector } from "../../services/Projector.ts"
import { now } from "../clock/now.ts"
import { logBug } from "../effects/bug.ts"
import type { Gap, Refusal } from "../recorder/in-parts.ts"
import * as Chains from "./chains.ts"
import { endOf, isOurs, type OnOutage } from "./end.ts"
import * as Stages from "./stages.ts"

/** How soon a recorder sees that somebody has asked for a backfill. */
const LOOK_EVERY = "2 seconds"

const FIRST_WAIT = "15 seconds"
const LONGEST_WAIT = "10 minutes"

const WAITS = `it is tried again and again, at most some ${LONGEST_WAIT} apart`

class ExchangeAway extends Data.TaggedError("ExchangeAway")<{
  /** Whether anything came before it went. */
  readonly wasThere: boolean
}> {}

export type Patience = Schedule.Schedule<unknown, ExchangeAway | StorageFailed | LogDamaged>

/** How a recorder waits for an exchange that is away: longer and longer, until something has come again. */
export const patienceOf = (
  firstWait: Duration.DurationInput,
  longestWait: Duration.DurationInput
): Patience =>
  Schedule.identity<ExchangeAway | StorageFailed | LogDamaged>().pipe(
    Schedule.intersect(
      Schedule.exponential(firstWait).pipe(Schedule.union(Schedule.spaced(longestWait)), Schedule.jittered)
    ),
    Schedule.resetWhen(([problem]) => problem._tag === "ExchangeAway" && problem.wasThere)
  )

export const makeWith = (patience: Patience) =>
  Effect.gen(function* () {
    const backfills = yield* Backfills
    const projector = yield* Projector
    const stages = yield* Stages.make
    const walkAll = yield* Chains.make

    const attempt = (
      job: BackfillJob,
      onOutage: OnOutage,
      onProgress: (made: BackfillProgress) => Effect.Effect<void>
    ) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const { slot, spec } = job
          const attempt = yield* backfills.start(slot, yield* now)
          const made = yield* Ref.make<BackfillProgress>({ ...job, requests: 0, requestsDone: 0 })
          const update = (change: (made: BackfillProgress) => BackfillProgress) =>
            Ref.updateAndGet(made, change).pipe(
              Effect.tap((now) => Effect.ignoreLogged(backfills.progress(slot, now))),
              Effect.flatMap(onProgress)
            )
          const refusals = yield* Ref.make<ReadonlyArray<Refusal>>([])
          const gaps = yield* Ref.make<ReadonlyArray<Gap>>([])
          const leftOut = yield* Ref.make<ReadonlyArray<string>>([])
          const watcher: Chains.Watcher = {
            onStage: (listings, done) =>
              update((made) => ({
                ...made,
                requests: made.requests + listings,
                requestsDone: made.requestsDone + done
              })),
            onPage: (items) =>
              update((made) => ({ ...made, pages: made.pages + 1, items: made.items + items })),
            onDone: update((made) => ({ ...made, requestsDone: made.requestsDone + 1 })),
            onRefused: (refusal) => Ref.update(refusals, (before) => [...before, refusal]),
            onLeftOut: (more) => Ref.update(leftOut, (before) => [...before, ...more]),
            onGaps: (more) => Ref.update(gaps, (before) => [...before, ...more])
          }
          const exit = yield* Effect.exit(
            restore(
              Effect.forEach(
                stages(spec, slot),
                (stage) =>
                  Effect.flatMap(stage, (chains) => walkAll(chains, { slot, attempt }, watcher)).pipe(
                    // What is asked next depends on the tables.
                    Effect.zipRight(projector.catchUp())
                  ),
                { discard: true }
              )
            )
          )
          const { outage, ...end } = endOf(
            exit,
            yield* Ref.get(refusals),
            { gaps: yield* Ref.get(gaps), leftOut: yield* Ref.get(leftOut) },
            onOutage,
            WAITS
          )
          yield* logBug(exit)
          const progress = yield* Ref.get(made)
          yield* backfills.finish(slot, { ...end, finishedAt: yield* now })
          if (Exit.isFailure(exit) && isOurs(exit.cause)) return yield* Effect.failCause(exit.cause)
          return { outage, ended: { ...job, ...progress, ...end } }
        })
      ).pipe(Effect.withSpan("Backfill.work", { attributes: { slot: job.slot } }))

    const work: Backfill["Type"]["work"] = (job, onProgress = () => Effect.void) =>
      Effect.map(attempt(job, "fail", onProgress), ({ ended }) => ended)

    const serve: Backfill["Type"]["serve"] = (onEnd) =>
      Effect.flatMap(
        backfills.next,
        Option.match({
          onNone: () => Effect.sleep(LOOK_EVERY),
          onSome: (job) =>
            Effect.flatMap(
              attempt(job, "wait", () => Effect.void),
              ({ ended, outage }) =>
                Effect.zipRight(
                  onEnd(ended),
                  outage ? new ExchangeAway({ wasThere: ended.items > job.items }) : Effect.void
                )
            )
        })
      ).pipe(
        Effect.retry({ schedule: patience, while: ({ _tag }) => _tag === "ExchangeAway" }),
        Effect.catchTag("ExchangeAway", Effect.die),
        Effect.forever
      )

    return Backfill.of({ work, serve })
  })

export const layerWith = (patience: Patience) => Layer.effect(Backfill, makeWith(patience))

export const layer = layerWith(patienceOf(FIRST_WAIT, LONGEST_WAIT))
