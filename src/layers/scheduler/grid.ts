/** Wall-clock boundaries as a Schedule: each step looks at the clock anew, so nothing adds up to a drift. */
import { Effect, Schedule, ScheduleDecision, ScheduleInterval } from "effect"
import { boundaryAtOrBefore, type SlotSeconds } from "../../domain/units/time.ts"

/** A boundary that passed less than this ago is still taken; beyond, the process was asleep. */
const LATE_MILLIS_MAX = 1000

/** Answers, and waits for, each boundary of the grid of `interval` seconds after `last`. */
export const grid = (interval: number, last: SlotSeconds): Schedule.Schedule<SlotSeconds> =>
  Schedule.makeWithState(last, (nowMillis, _, previous) => {
    const slot = nextSlot(nowMillis, interval, previous)
    return Effect.succeed([
      slot,
      slot,
      ScheduleDecision.continueWith(ScheduleInterval.after(slot * 1000))
    ] as const)
  })

/** Timers may fire a millisecond early: the slot after one that was taken is never that slot again. */
const nextSlot = (nowMillis: number, interval: number, previous: SlotSeconds): SlotSeconds => {
  const passed = boundaryAtOrBefore(nowMillis, interval)
  if (passed > previous && nowMillis - passed * 1000 < LATE_MILLIS_MAX) return passed
  return Math.max(passed, boundaryAtOrBefore(previous * 1000, interval)) + interval
}

/** After so large a part of the interval a slot's stamp would say too little about its answers. */
const LATE_SHARE_MAX = 0.1

/**
 * Whether a boundary that was waited for is taken no more: timers stand still while the machine sleeps, and
 * what is asked an hour later is not that slot's. A machine that is only busy is some seconds late at most.
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
