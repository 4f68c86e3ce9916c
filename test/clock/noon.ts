/**
 * Tests of recorded data begin at a fixed noon, whatever the hour, the date and the time zone of this
 * machine. The local exchange and the recorder beside it use one clock, and the universe is the same in each
 * run.
 */
import { it as live } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import type { TestContext } from "vitest"
import { simulatedClock } from "../../src/layers/clock/simulated-clock.ts"

/** A Sunday noon, UTC; 07:00 in New York. */
export const NOON = Date.UTC(2026, 10, 22, 12)

/** Runs an effect on a clock that shows NOON when it begins, and then runs at the ordinary speed. */
export const fromNoon = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(simulatedClock(NOON), ({ clock }) => Effect.withClock(self, clock))

type Test<Args extends ReadonlyArray<unknown>> = (
  ...args: Args
) => Effect.Effect<unknown, unknown, Scope.Scope>

const scopedLive = (name: string, self: Test<[TestContext]>, millisMax?: number): void =>
  live.scopedLive(name, (context) => fromNoon(self(context)), millisMax)

const each =
  <T>(cases: ReadonlyArray<T>) =>
  (name: string, self: Test<Array<T>>, millisMax?: number): void =>
    live.scopedLive.each(cases)(name, (...args) => fromNoon(self(...args)), millisMax)

/** `it`, except that `scopedLive` begins at noon. */
export const it = Object.assign(live.bind(undefined), live, {
  scopedLive: Object.assign(scopedLive, { each })
})
