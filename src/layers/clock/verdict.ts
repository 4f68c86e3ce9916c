/** Which of the clocks to believe: this machine's, the exchange's, or the time that has passed. */
import type { Reading } from "./steady.ts"

/** Answers come from caches, and over slow lines: clocks that agree are not told apart by less. */
const APART_MILLIS_MAX = 120_000

/** A time of the exchange that is further from both of ours is nobody's: two days, for clocks are wrong by a day. */
const BELIEVED_MILLIS_MAX = 2 * 86_400_000

export interface Verdict {
  readonly believed: "clock" | "exchange" | "elapsed"
  /** How far the machine's clock is ahead of what is believed, in milliseconds. */
  readonly ahead: number
  /** Nobody knows whether the time that the clock has passed over has passed. */
  readonly unproven: boolean
  readonly reason: string
}

const seconds = (millis: number): string => {
  const count = Math.round(Math.abs(millis) / 1000)
  return count === 1 ? "1 second" : `${count} seconds`
}

const side = (millis: number): string => (millis > 0 ? "ahead of" : "behind")

/** `exchange` is its time, in milliseconds; nothing, where an answer has no usable one. `moved` as the clock tells it. */
export const judge = (
  { believed, machine }: Reading,
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
