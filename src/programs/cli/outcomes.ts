/** The outcomes of runs and backfills, in words and as an exit code. */
import { Effect, Match, Option, Ref } from "effect"
import { FeedsFailed } from "../../domain/errors.ts"
import { slotText } from "../../domain/units/time.ts"
import type { BackfillJob } from "../../services/BackfillJobs.ts"
import { CollectionRuns } from "../../services/CollectionRuns.ts"
import type { CollectorEvents, FeedOutcome } from "../../services/Collector.ts"
import { count, plural, result } from "../terminal/output.ts"
import type { Progress } from "../terminal/progress.ts"

type Outcome = Omit<FeedOutcome, "feed" | "slot">

const describe = ({ items, pages, reason, status }: Outcome): string =>
  `${status}, ${plural(items, "item")} on ${plural(pages, "page")}${reason === null ? "" : ` (${reason})`}`

/** Logs an outcome. A complete run has a reason if a part of it is missing or doubtful. */
export const logOutcome = (outcome: FeedOutcome): Effect.Effect<void> => {
  const log =
    outcome.status === "failed"
      ? Effect.logError
      : outcome.reason === null
        ? Effect.logInfo
        : Effect.logWarning
  return log(
    `${describe(outcome)}${outcome.status === "failed" ? "; recording resumes with the next slot" : ""}`
  )
}

/**
 * Describes a slot's outcome without the reason of a failure. The error at the end names each reason once.
 */
const concluding = ({ feed, reason, slot, ...ended }: FeedOutcome): string =>
  `${slotText(slot)} ${feed}: ${describe({ ...ended, reason: ended.status === "failed" ? null : reason })}`

/**
 * Logs how many slots were committed when work that runs until it is stopped has been closed. Slots that the
 * stop interrupted are recorded as such, and not counted.
 */
export const withFarewell = <A, E, R>(
  self: (onOutcome: (outcome: FeedOutcome) => Effect.Effect<void>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.flatMap(Ref.make({ slots: 0, failed: 0 }), (tally) =>
    self(({ status }) =>
      Ref.update(tally, ({ failed, slots }) => ({
        slots: slots + 1,
        failed: failed + (status === "failed" ? 1 : 0)
      }))
    ).pipe(
      Effect.onInterrupt(() =>
        Effect.flatMap(Ref.get(tally), ({ failed, slots }) =>
          Effect.logInfo(
            `stopped; ${plural(slots, "slot")}, all committed${failed === 0 ? "" : `; ${count(failed)} of them failed`}`
          )
        )
      )
    )
  )

export const describeBackfill = ({
  items,
  pages,
  reason,
  requests,
  requestsDone,
  slot,
  status
}: BackfillJob): string =>
  `backfill ${slotText(slot)}: ${status}, ${count(requestsDone)} of ${plural(requests, "listing")}, ${plural(items, "item")} on ${plural(pages, "page")}${reason === null ? "" : ` (${reason})`}`

/** Logs how a backfill ended. One that waits is not lost: the recorder tries it again. */
export const logBackfill = (job: BackfillJob): Effect.Effect<void> =>
  Match.value(job.status).pipe(
    Match.when("complete", () => Effect.logInfo(describeBackfill(job))),
    Match.when("failed", () => Effect.logError(describeBackfill(job))),
    Match.orElse(() => Effect.logWarning(describeBackfill(job)))
  )

/** Prints every outcome; fails if any feed failed. */
export const conclude = (json: boolean, outcomes: ReadonlyArray<FeedOutcome>) =>
  Effect.gen(function* () {
    const rows = outcomes.map(({ slot, watermark, ...rest }) => ({
      ...rest,
      slot: slotText(slot),
      watermark: watermark === null ? null : slotText(watermark)
    }))
    yield* result(json, { feeds: rows }, outcomes.map(concluding))
    const failures = outcomes.flatMap(({ feed, reason, status }) =>
      status === "failed" ? [{ feed, why: reason ?? "unknown" }] : []
    )
    if (failures.length > 0) return yield* new FeedsFailed({ failures })
  })

/** Shows progress over all feeds. The items of their last complete runs are taken for the total. */
export const collectorEvents = (feeds: ReadonlyArray<string>, progress: Progress) =>
  Effect.gen(function* () {
    const runs = yield* CollectionRuns
    const last = yield* Effect.forEach(feeds, (feed) => runs.lastComplete(feed))
    const total = last.every(Option.isSome)
      ? last.reduce((sum, run) => sum + Option.getOrThrow(run).items, 0)
      : 0
    const done = new Map<string, number>()
    const events: CollectorEvents = {
      onPage: ({ feed, items }) => {
        done.set(feed, items)
        return progress.at(
          [...done.values()].reduce((sum, n) => sum + n, 0),
          total
        )
      },
      onOutcome: () => Effect.void
    }
    return events
  })
