/** The BackfillRunner over KalshiApi, the log and the Projector. A job is worked on in attempts, step by step. */
import { Data, type Duration, Effect, Layer, Option, Ref, Schedule } from "effect"
import { BACKFILL_FEED } from "../../domain/ask/backfill/plan.ts"
import type { StorageFailed } from "../../domain/errors.ts"
import { slotText } from "../../domain/units/time.ts"
import { type BackfillJob, BackfillJobs, type BackfillProgress } from "../../services/BackfillJobs.ts"
import { BackfillRunner } from "../../services/BackfillRunner.ts"
import { Projector } from "../../services/Projector.ts"
import { endOf, type OnOutage } from "./attempt-end.ts"
import type { AttemptTally, TallyChange } from "./attempt-tally.ts"
import * as Steps from "./steps.ts"
import * as TierWalk from "./tier-walk.ts"

/** How often a recorder looks for a backfill that was requested. */
const LOOK_EVERY = "2 seconds"

const FIRST_WAIT = "15 seconds"
const LONGEST_WAIT = "10 minutes"

const WAITS = `it is tried again and again, at most some ${LONGEST_WAIT} apart`

class ExchangeAway extends Data.TaggedError("ExchangeAway")<{
  /** Whether the attempt recorded anything before the exchange went away. */
  readonly wasThere: boolean
}> {}

export type Patience = Schedule.Schedule<unknown, ExchangeAway | StorageFailed>

/** The waits of a recorder while the exchange is away. They grow until something has been recorded again. */
export const patienceOf = (
  firstWait: Duration.DurationInput,
  longestWait: Duration.DurationInput
): Patience =>
  Schedule.identity<ExchangeAway | StorageFailed>().pipe(
    Schedule.intersect(
      Schedule.exponential(firstWait).pipe(Schedule.union(Schedule.spaced(longestWait)), Schedule.jittered)
    ),
    Schedule.resetWhen(([problem]) => problem._tag === "ExchangeAway" && problem.wasThere)
  )

const makeWith = (patience: Patience) =>
  Effect.gen(function* () {
    const jobs = yield* BackfillJobs
    const projector = yield* Projector
    const steps = yield* Steps.make
    const walkAll = yield* TierWalk.make

    const attempt = (
      job: BackfillJob,
      onOutage: OnOutage,
      onProgress: (made: BackfillProgress) => Effect.Effect<void>
    ) =>
      Effect.gen(function* () {
        const { items, pages, slot: id, spec } = job
        const tally = yield* Ref.make<AttemptTally>({
          progress: { pages, items, requests: 0, requestsDone: 0 },
          refusals: [],
          missingParts: [],
          leftOut: []
        })
        const update = (change: TallyChange) =>
          Effect.gen(function* () {
            const [before, after] = yield* Ref.modify(tally, (before) => {
              const after = change(before)
              return [[before.progress, after.progress] as const, after]
            })
            if (before === after) return
            yield* Effect.ignoreLogged(jobs.progress(id, after))
            yield* onProgress(after)
          })
        const work = (attempt: number) =>
          Effect.forEach(
            steps(spec, id),
            (step) =>
              Effect.flatMap(step, (plans) => walkAll(plans, { id, attempt }, update)).pipe(
                // The next step's requests depend on the tables.
                Effect.zipRight(projector.catchUp())
              ),
            { discard: true }
          )
        const annotated = (attempt: number) =>
          work(attempt).pipe(
            Effect.annotateLogs({ feed: BACKFILL_FEED, slot: slotText(attempt) }),
            Effect.tagMetrics("feed", BACKFILL_FEED)
          )
        const { outage, ...end } = yield* jobs.bracket(id, annotated, (exit) =>
          Effect.map(Ref.get(tally), (made) => endOf(exit, made, onOutage, WAITS))
        )
        return { outage, ended: { ...job, ...(yield* Ref.get(tally)).progress, ...end } }
      }).pipe(Effect.withSpan("BackfillRunner.work", { attributes: { id: job.slot } }))

    const work: BackfillRunner["Type"]["work"] = (job, onProgress = () => Effect.void) =>
      Effect.map(attempt(job, "fail", onProgress), ({ ended }) => ended)

    /** Works on the next job. Returns whether there was one. */
    const serveNext = (onEnd: (job: BackfillJob) => Effect.Effect<void>) =>
      Effect.gen(function* () {
        const next = yield* jobs.next
        if (Option.isNone(next)) return false
        const job = next.value
        const { ended, outage } = yield* attempt(job, "wait", () => Effect.void)
        yield* onEnd(ended)
        return outage ? yield* new ExchangeAway({ wasThere: ended.items > job.items }) : true
      })

    const serve: BackfillRunner["Type"]["serve"] = (onEnd) =>
      serveNext(onEnd).pipe(
        Effect.retry({ schedule: patience, while: ({ _tag }) => _tag === "ExchangeAway" }),
        Effect.catchTag("ExchangeAway", Effect.die),
        Effect.repeat({ while: (worked) => worked }),
        Effect.repeat(Schedule.spaced(LOOK_EVERY)),
        Effect.zipRight(Effect.never)
      )

    return BackfillRunner.of({ work, serve })
  })

export const layerWith = (patience: Patience) => Layer.effect(BackfillRunner, makeWith(patience))

export const layer = layerWith(patienceOf(FIRST_WAIT, LONGEST_WAIT))
