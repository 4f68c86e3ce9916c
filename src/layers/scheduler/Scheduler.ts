/** The Scheduler over Effect's Schedule and the record of slots. */
import { Clock, Data, Effect, FiberSet, Layer, Option, Ref, type Scope, Stream } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import { boundaryAtOrBefore, type SlotSeconds, slotText } from "../../domain/time.ts"
import { CollectionRuns } from "../../services/CollectionRuns.ts"
import { type Job, Scheduler } from "../../services/Scheduler.ts"
import { Timekeeper } from "../../services/Timekeeper.ts"
import { firstOf } from "../first-of.ts"
import { nowSeconds } from "../now.ts"
import { around } from "./gaps.ts"
import { grid, isSetBack, isStaleBoundary } from "./grid.ts"

/** A boundary that was waited for lies far ahead. */
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

  /** What a clock that was wrong has put into the future is no news. */
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
                      // A slot that takes an hour skips many: one line says so.
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

      /** Not over time of which nobody knows that it has passed: that is told in the record of the clock. */
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

      /** From where the clock stands now, when it was set back: not from where it stood. */
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
