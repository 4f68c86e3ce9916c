/** Choices by chance. They depend on the seed alone. */
import { Effect, Random } from "effect"

export type Chance<A> = Effect.Effect<A>

/** Returns a whole number; both ends are possible. */
export const between = (min: number, max: number): Chance<number> => Random.nextIntBetween(min, max + 1)

export const oneOf = <A>(values: readonly [A, ...ReadonlyArray<A>]): Chance<A> =>
  Effect.map(between(0, values.length - 1), (at) => values[at] ?? values[0])

/** Returns one of the values, or undefined if there are none. */
export const anyOf = <A>(values: ReadonlyArray<A>): Chance<A | undefined> =>
  values.length === 0
    ? Effect.succeed(undefined)
    : Effect.map(between(0, values.length - 1), (at) => values[at])

export const happens = (percent: number): Chance<boolean> => Effect.map(between(1, 100), (n) => n <= percent)

export const someOf = <A>(values: ReadonlyArray<A>, percent: number): Chance<ReadonlyArray<A>> =>
  Effect.filter(values, () => happens(percent))
