/** The boundaries of the wall clock as a Schedule. Each step reads the clock anew, so no error accumulates. */
import { Effect, Schedule, ScheduleDecision, ScheduleInterval } from "effect"
import { boundaryAtOrBefore, type SlotSeconds } from "../../domain/units/time.ts"

/** The time, in milliseconds, for which a boundary that has passed is still taken. */
const LATE_MILLIS_MAX = 1000

/** Waits for each boundary of the grid of `interval` seconds after `last`, and returns it. */
export const grid = (interval: number, last: SlotSeconds): Schedule.Schedule<SlotSeconds> =>
  Schedule.makeWithState(last, (nowMillis, _, previous) => {
    const slot = nextSlot(nowMillis, interval, previous)
    return Effect.succeed([
      slot,
      slot,
      ScheduleDecision.continueWith(ScheduleInterval.after(slot * 1000))
    ] as const)
  })

/** Returns the next slot, which is never `previous` again although timers may fire a millisecond early. */
const nextSlot = (nowMillis: number, interval: number, previous: SlotSeconds): SlotSeconds => {
  const passed = boundaryAtOrBefore(nowMillis, interval)
  if (passed > previous && nowMillis - passed * 1000 < LATE_MILLIS_MAX) return passed
  return Math.max(passed, boundaryAtOrBefore(previous * 1000, interval)) + interval
}

/** The share of the interval after which a boundary is too late for its slot. */
const LATE_SHARE_MAX = 0.1

/**
 * Tells whether a boundary that was waited for is too late to be taken. Timers stand still while the machine
 * sleeps, and an answer of an hour later does not belong to the slot. A busy machine is at most some seconds
 * late.
 */
export const isStaleBoundary = (slot: SlotSeconds, interval: number, nowMillis: number): boolean =>
  nowMillis - slot * 1000 >= Math.max(LATE_MILLIS_MAX, interval * 1000 * LATE_SHARE_MAX)

/**
 * The amount, in milliseconds, that the clock must be set back by for the grid to start again. After a
 * smaller step the grid waits, since the slots in between are recorded already.
 */
const SET_BACK_MILLIS_MIN = 60_000

/**
 * Tells whether the clock was set back while a boundary was waited for: the boundary still lies far in the
 * future.
 */
export const isSetBack = (slot: SlotSeconds, nowMillis: number): boolean =>
  slot * 1000 - nowMillis > SET_BACK_MILLIS_MIN
