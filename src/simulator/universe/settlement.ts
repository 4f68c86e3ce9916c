/** The times from the close to the payout: a delay, a timer, and sometimes a dispute. */
import { type Key, unit, whole } from "./chance.ts"
import { HOUR, MINUTE, SECOND, type Us } from "./instant.ts"

export interface Settlement {
  readonly determinedUs: Us
  /** The time of the dispute. Equal to `finalizedUs`, like `amendedUs`, if nobody disputes the result. */
  readonly disputedUs: Us
  readonly amendedUs: Us
  readonly finalizedUs: Us
  readonly timerSeconds: number
}

/**
 * Quantiles of the seconds from close to settlement on the exchange (25,000 settlements, 2026): minimum, 10
 * %, median, 90 %, maximum.
 */
const DELAYS: ReadonlyArray<readonly [share: number, seconds: number]> = [
  [0, 6],
  [0.1, 136],
  [0.5, 359],
  [0.9, 3798],
  [1, 69_480]
]

const delay = (key: Key): Us => {
  const u = unit(key, 11)
  for (let n = 1; n < DELAYS.length; n++) {
    const [low, high] = [DELAYS[n - 1], DELAYS[n]]
    if (low === undefined || high === undefined || u > high[0]) continue
    const along = (u - low[0]) / (high[0] - low[0])
    return Math.floor(low[1] * (high[1] / low[1]) ** along * SECOND) + whole(key, 12, 1, 999_999)
  }
  return HOUR
}

const TIMERS = [3600, 1800, 600, 300, 60, 1] as const

/** Returns the longest of the usual timers, in seconds, that ends well before the payout. */
const timerWithin = (usual: number, total: Us): number => {
  if (usual * SECOND < 0.8 * total) return usual
  for (const seconds of TIMERS) if (seconds < usual && seconds * SECOND < 0.8 * total) return seconds
  return 1
}

export const isDisputed = (key: Key): boolean => unit(key, 18) < 0.01

/**
 * Returns the settlement of a market. Each market of an event is paid at its own time, but a dispute, which
 * `luck` decides, concerns all of them. A dispute stops the timer, and the amended result starts it again.
 */
export const settlementOf = (usualTimer: number, key: Key, luck: Key, closeUs: Us): Settlement => {
  const total = delay(key)
  const timerSeconds = timerWithin(usualTimer, total)
  const paidUs = closeUs + total
  const determinedUs = paidUs - timerSeconds * SECOND
  if (!isDisputed(luck)) {
    return { determinedUs, disputedUs: paidUs, amendedUs: paidUs, finalizedUs: paidUs, timerSeconds }
  }
  const disputedUs = determinedUs + Math.floor((timerSeconds * SECOND) / 3)
  const amendedUs = disputedUs + whole(key, 19, 5, 120) * MINUTE
  return { determinedUs, disputedUs, amendedUs, finalizedUs: amendedUs + timerSeconds * SECOND, timerSeconds }
}
