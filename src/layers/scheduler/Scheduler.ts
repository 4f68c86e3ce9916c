/** The Scheduler over Effect's Schedule and the record of slots. */
import { Clock, Data, Effect, FiberSet, Layer, Option, Ref, type Scope, Stream } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import { boundaryAtOrBefore, type SlotSeconds, slotText } from "../../domain/units/time.ts"
import { CollectionRuns } from "../../services/CollectionRuns.ts"
import { type Job, Scheduler } from "../../services/Scheduler.ts"
import { Timekeeper } from "../../services/Timekeeper.ts"
import { nowSeconds } from "../clock/now.ts"
import { firstOf } from "../effects/first-of.ts"
import { around } from "./gaps.ts"
import { grid, isSetBack, isStaleBoundary } from "./grid.ts"

/** The clock was set back while a boundary was waited for, so that the boundary now lies far ahead. */
class SetBack extends Data.TaggedError("SetBack")<{ readonly nowMillis: number }> {}

const warnOfMissed = (feed: string, slots: number) =>
  slots > 0 ? Effect.logWarning(`${feed}: ${slots === 1 ? "1 slot" : `${slots} slots`} missed`) : Effect.void

export const make = Effect.gen(function* () {
  const runs = yield* CollectionRuns
  const { settle, unproven } = yield* Timekeeper

  const freeSlot: Scheduler["Type"]["freeSlot"] = (feeds) =>
    Effect.gen(function* () {
      yield* settle
      const slot = yield* nowSeconds
      const taken = yield* Effect.exists(feeds, (feed) => runs.taken(feed, slot))
      return taken ? yield* Effect.delay(freeSlot(feeds), "50 millis") : slot
    })

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

  /** What was due while nobody recorded; the interval is the one that was promised then. */
  const recordDowntime = (feed: string, until: SlotSeconds) =>
    Effect.flatMap(
      runs.lastOnInterval(feed, until),
      Option.match({
        onNone: () => Effect.void,
        onSome: ({ interval, slot }) =>
          interval === null
            ? Effect.void
            : runs
                .miss({ feed, after: slot, before: until, interval, reason: "the recorder was not running" })
                .pipe(Effect.flatMap((missed) => warnOfMissed(feed, missed)))
      })
    )

  const run: Scheduler["Type"]["run"] = <E, R>({ feed, interval, take }: Job<E, R>) =>
    Effect.gen(function* () {
      const running = yield* FiberSet.make<void, E | Effect.Effect.Error<ReturnType<typeof runs.skip>>>()
      const one = yield* Effect.makeSemaphore(1)
      const skipping = yield* Ref.make(false)

      const takeUnlessBusy = (slot: SlotSeconds) =>
        one
          .withPermitsIfAvailable(1)(Effect.zipRight(Ref.set(skipping, false), take(slot)))
          .pipe(
            Effect.flatMap(
              Option.match({
                onSome: () => Effect.void,
                onNone: () =>
                  runs
                    .skip({ feed, slot, interval, reason: "the slot before it was still being taken" })
                    .pipe(
                      // A slot that takes an hour makes many boundaries pass. Only the first skipped slot is
                      // logged as a warning.
                      Effect.zipRight(Ref.getAndSet(skipping, true)),
                      Effect.flatMap((known) =>
                        (known ? Effect.logDebug : Effect.logWarning)(
                          `${feed}: slot skipped, the one before it still runs`
                        )
                      )
                    )
              })
            )
          )

      /** A clock that was set back since the last run may come to boundaries that are accounted for. */
      const takeUnlessTaken = (slot: SlotSeconds) =>
        Effect.if(runs.taken(feed, slot), {
          onTrue: () => Effect.logWarning(`${feed}: ${slotText(slot)} is on record already`),
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
       * nobody knows whether it passed; it is recorded in `clock_jumps` instead.
       */
      const missBetween = (accounted: SlotSeconds, slot: SlotSeconds) =>
        Effect.gen(function* () {
          const reason = "the recorder was asleep"
          const gaps = around(yield* unproven, { after: accounted, before: slot })
          const missed = yield* Effect.forEach(gaps, (gap) => runs.miss({ feed, ...gap, interval, reason }))
          yield* warnOfMissed(
            feed,
            missed.reduce((sum, slots) => sum + slots, 0)
          )
        })

      /** Answers up to where boundaries are accounted for; one that was slept through is left for the next. */
      const tick = (accounted: SlotSeconds, slot: SlotSeconds) =>
        Effect.gen(function* () {
          yield* settle
          const nowMillis = yield* Clock.currentTimeMillis
          if (isSetBack(slot, nowMillis)) return yield* new SetBack({ nowMillis })
          if (isStaleBoundary(slot, interval, nowMillis)) return accounted
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
      const ticking = tickFrom(first)
      return yield* firstOf(ticking, Effect.zipRight(FiberSet.join(running), Effect.never))
    }).pipe(Effect.scoped, Effect.withSpan("Scheduler.run", { attributes: { feed, interval } }))

  return Scheduler.of({ run, freeSlot })
})

export const layer = Layer.effect(Scheduler, make)
