/** The Scheduler over Effect's Schedule and the record of runs. */
import {
  Clock,
  Data,
  Effect,
  FiberSet,
  Layer,
  Metric,
  Option,
  Ref,
  Schedule,
  type Scope,
  Stream
} from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import { boundaryAtOrBefore, type SlotSeconds, slotText } from "../../domain/units/time.ts"
import { CollectionRuns } from "../../services/CollectionRuns.ts"
import { type ScheduledJob, Scheduler } from "../../services/Scheduler.ts"
import { Timekeeper } from "../../services/Timekeeper.ts"
import { nowSeconds } from "../clock/now.ts"
import { firstOf } from "../effects/first-of.ts"
import * as Metrics from "../metrics.ts"
import { grid, isSetBack, isStaleBoundary } from "./grid.ts"
import { around } from "./missed-range.ts"

/** How often a free second is looked for. */
const LOOK_EVERY = "50 millis"

/** The clock was set back while a boundary was waited for, so that the boundary now lies far ahead. */
class SetBack extends Data.TaggedError("SetBack")<{ readonly nowMillis: number }> {}

interface SlotLook {
  readonly slot: SlotSeconds
  readonly taken: boolean
}

const isTaken = ({ taken }: SlotLook): boolean => taken

const warnOfMissed = (slots: number) =>
  slots > 0 ? Effect.logWarning(`${slots === 1 ? "1 slot" : `${slots} slots`} missed`) : Effect.void

export const make = Effect.gen(function* () {
  const runs = yield* CollectionRuns
  const { settle, unproven } = yield* Timekeeper

  const freeSlot: Scheduler["Type"]["freeSlot"] = (feeds) =>
    Effect.gen(function* () {
      yield* settle
      const slot = yield* nowSeconds
      return { slot, taken: yield* Effect.exists(feeds, (feed) => runs.taken(feed, slot)) }
    }).pipe(
      Effect.repeat(Schedule.recurWhile(isTaken).pipe(Schedule.addDelay(() => LOOK_EVERY))),
      Effect.map(({ slot }) => slot)
    )

  /**
   * Tells whether a feed's newest complete slot is older than its interval. Slots later than now, which a
   * wrong clock has left, are ignored.
   */
  const isStale = (feed: string, interval: number) =>
    Effect.flatMap(nowSeconds, (now) =>
      Effect.map(
        runs.lastComplete(feed, now),
        Option.match({ onNone: () => true, onSome: ({ slot }) => now - slot > interval })
      )
    )

  /** Records the slots that came due while no recorder ran, on the interval of the last slot. */
  const recordDowntime = (feed: string, until: SlotSeconds) =>
    Effect.gen(function* () {
      const last = Option.getOrUndefined(yield* runs.lastOnInterval(feed, until))
      if (last === undefined || last.interval === null) return
      const { interval, slot: after } = last
      const reason = "the recorder was not running"
      yield* warnOfMissed(yield* runs.miss({ feed, after, before: until, interval, reason }))
    })

  const run: Scheduler["Type"]["run"] = <E, R>({ feed, interval, take }: ScheduledJob<E, R>) =>
    Effect.gen(function* () {
      const running = yield* FiberSet.make<void, E | StorageFailed>()
      const one = yield* Effect.makeSemaphore(1)
      const skipping = yield* Ref.make(false)

      const skip = (slot: SlotSeconds) =>
        Effect.gen(function* () {
          const reason = "the slot before it was still being taken"
          yield* runs.skip({ feed, slot, interval, reason })
          // A slot that takes an hour makes many boundaries pass. Only the first skipped slot is a warning.
          const log = (yield* Ref.getAndSet(skipping, true)) ? Effect.logDebug : Effect.logWarning
          yield* log("slot skipped, the one before it still runs")
        })

      const takeUnlessBusy = (slot: SlotSeconds) =>
        one
          .withPermitsIfAvailable(1)(Effect.zipRight(Ref.set(skipping, false), take(slot)))
          .pipe(Effect.flatMap(Option.match({ onSome: () => Effect.void, onNone: () => skip(slot) })))

      /** Takes a slot. If the clock was set back since the last run, the slot may be on record already. */
      const takeUnlessTaken = (slot: SlotSeconds) =>
        Effect.if(runs.taken(feed, slot), {
          onTrue: () => Effect.logWarning(`${slotText(slot)} is on record already`),
          onFalse: () => takeUnlessBusy(slot)
        })

      yield* settle
      const stale = yield* isStale(feed, interval)
      const start = stale ? yield* freeSlot([feed]) : yield* nowSeconds
      yield* recordDowntime(feed, start)
      if (stale) yield* FiberSet.run(running, takeUnlessBusy(start))
      // The slot that was taken at once, or the last second whose boundary is accounted for.
      const first = stale ? start : start - 1

      /**
       * Records the missed slots between two slots. A time span that the clock jumped over is left out if
       * it is not known whether that time passed; it is recorded in `clock_jumps` instead.
       */
      const missBetween = (accounted: SlotSeconds, slot: SlotSeconds) =>
        Effect.gen(function* () {
          const reason = "the recorder was asleep"
          const ranges = around(yield* unproven, { after: accounted, before: slot })
          const missed = yield* Effect.forEach(ranges, (range) =>
            runs.miss({ feed, ...range, interval, reason })
          )
          yield* warnOfMissed(missed.reduce((sum, slots) => sum + slots, 0))
        })

      /**
       * Takes the slot of a boundary. Returns the slot up to which boundaries are accounted for: a boundary that
       * the machine slept through is left for the next tick.
       */
      const tick = (accounted: SlotSeconds, slot: SlotSeconds) =>
        Effect.gen(function* () {
          yield* settle
          const nowMillis = yield* Clock.currentTimeMillis
          if (isSetBack(slot, nowMillis)) return yield* new SetBack({ nowMillis })
          if (isStaleBoundary(slot, interval, nowMillis)) return accounted
          yield* Metric.update(Metrics.lateness, nowMillis / 1000 - slot)
          yield* FiberSet.run(running, takeUnlessTaken(slot))
          yield* missBetween(accounted, slot)
          return slot
        })

      /** Runs the grid. When the clock was set back, the grid is started again from the present time. */
      const tickFrom = (
        accounted: SlotSeconds
      ): Effect.Effect<never, StorageFailed, Exclude<R, Scope.Scope>> =>
        Stream.fromSchedule(grid(interval, accounted)).pipe(
          Stream.runFoldEffect(accounted, tick),
          Effect.zipRight(Effect.never),
          Effect.catchTag("SetBack", ({ nowMillis }) => tickFrom(boundaryAtOrBefore(nowMillis, interval) - 1))
        )
      return yield* firstOf(tickFrom(first), Effect.zipRight(FiberSet.join(running), Effect.never))
    }).pipe(
      Effect.scoped,
      Effect.annotateLogs({ feed }),
      Effect.tagMetrics("feed", feed),
      Effect.withSpan("Scheduler.run", { attributes: { feed, interval } })
    )

  return Scheduler.of({ run, freeSlot })
})

export const layer = Layer.effect(Scheduler, make)
