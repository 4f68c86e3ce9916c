/** The clock of a process that a test starts. */
import { Clock, Effect } from "effect"

const SHIFT = new URL("./shift.mjs", import.meta.url).href

/**
 * The environment with which a process uses the clock and the time zone of the effect that starts it. The skew, in
 * milliseconds, is the error of the process's clock.
 */
export const clockEnvironment = (skewMillis = 0): Effect.Effect<Readonly<Record<string, string>>> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const own = Number(process.env.KALSHI_TEST_SHIFT_MILLIS ?? 0)
    return {
      KALSHI_TEST_SHIFT_MILLIS: String(now - Date.now() + own + skewMillis),
      NODE_OPTIONS: `--import=${SHIFT}`,
      ...(process.env.TZ === undefined ? {} : { TZ: process.env.TZ })
    }
  })
