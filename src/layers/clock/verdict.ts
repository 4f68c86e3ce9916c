/**
 * Decides which time is right: that of this machine's clock, that of the exchange, or the time counted on
 * from before a jump.
 */
import type { ClockReading } from "./steady.ts"

/**
 * The difference, in milliseconds, up to which two clocks count as equal. Answers may come from caches and
 * over slow lines.
 */
const APART_MILLIS_MAX = 120_000

/**
 * The difference, in milliseconds, beyond which the exchange's time is not believed. It must be so far both from
 * this machine's clock and from the time counted on. The limit is two days, so that a clock of this machine that
 * is wrong by a day can still be corrected.
 */
const BELIEVED_MILLIS_MAX = 2 * 86_400_000

export interface Verdict {
  readonly believed: "clock" | "exchange" | "elapsed"
  /** How far the machine's clock is ahead of the time that is believed, in milliseconds. */
  readonly ahead: number
  /** True if the clock jumped forward and no exchange time shows whether that time has really passed. */
  readonly unproven: boolean
  readonly reason: string
}

const seconds = (millis: number): string => {
  const count = Math.round(Math.abs(millis) / 1000)
  return count === 1 ? "1 second" : `${count} seconds`
}

const side = (millis: number): string => (millis > 0 ? "ahead of" : "behind")

/**
 * Judges a jump. `exchange` is the exchange's time in milliseconds since 1970, or `undefined` if no answer
 * had a usable one. `moved` is the length of the jump in milliseconds, from the steady clock.
 */
export const judge = (
  { believed, machine }: ClockReading,
  moved: number,
  exchange: number | undefined
): Verdict => {
  const off = exchange === undefined ? Number.POSITIVE_INFINITY : machine - exchange
  const elapsedOff = exchange === undefined ? Number.POSITIVE_INFINITY : believed - exchange
  const direction = moved > 0 ? "forward" : "back"
  if (Math.min(Math.abs(off), Math.abs(elapsedOff)) > BELIEVED_MILLIS_MAX)
    return {
      believed: "clock",
      ahead: 0,
      unproven: moved > 0,
      reason: `the clock moved ${direction} by ${seconds(moved)}, and the exchange does not tell the time: the clock is believed`
    }
  if (Math.abs(off) <= APART_MILLIS_MAX)
    return {
      believed: "clock",
      ahead: 0,
      unproven: false,
      reason: `the clock moved ${direction} by ${seconds(moved)}, and agrees with the exchange's: the machine slept, or its clock was set right`
    }
  return Math.abs(elapsedOff) <= APART_MILLIS_MAX
    ? {
        believed: "elapsed",
        ahead: machine - believed,
        unproven: false,
        reason: `the clock moved ${direction} by ${seconds(moved)}, and is now ${seconds(off)} ${side(off)} the exchange's: it is not believed, and time is counted on from before`
      }
    : {
        believed: "exchange",
        ahead: off,
        unproven: false,
        reason: `the clock is ${seconds(off)} ${side(off)} the exchange's: the exchange's time is used in its place`
      }
}
