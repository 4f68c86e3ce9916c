/**
 * What is kept of an item that is not as it should be. A field that cannot be read takes no other with it; an item
 * is lost only without the fields that it is nothing without: what tells it apart, and what it is for.
 */
import { orNothing, unread } from "../told.ts"
import type { Parts, Shape, WireProblem } from "./shape.ts"

export interface Salvaged<A> {
  /** `undefined` where nothing could be kept. */
  readonly item: A | undefined
  readonly problems: ReadonlyArray<WireProblem>
}

export const lost = (...problems: ReadonlyArray<WireProblem>): Salvaged<never> => ({
  item: undefined,
  problems
})

/** Problems of parts of an item that is kept, by its name. */
export const partsOf = (
  name: string,
  path: string,
  problems: ReadonlyArray<WireProblem>
): ReadonlyArray<WireProblem> =>
  problems.map((wrong) => ({ ...wrong, part: `${name}${wrong.path.slice(path.length)}` }))

/** Of fields without which an item is lost: `undefined` if one of them could not be read. */
export const essential = <A, K extends keyof A>(
  { fields }: Parts<A>,
  keys: ReadonlyArray<K>
): { readonly [P in K]: A[P] } | undefined =>
  keys.some((key) => fields[key] === unread)
    ? undefined
    : (Object.fromEntries(keys.map((key) => [key, fields[key]])) as unknown as { readonly [P in K]: A[P] })

/** Fields of a fact, which no earlier fact says anything about. */
export const readable = <A extends object>(
  fields: Parts<A>["fields"]
): { [K in keyof A]: A[K] | undefined } =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, orNothing(field)])) as {
    [K in keyof A]: A[K] | undefined
  }

/** Of a thing that a name tells apart. */
export const salvaging =
  <K extends string, A extends { readonly [P in K]: string }>(shape: Shape<A>, key: K) =>
  (value: unknown, path: string): Salvaged<Parts<A>["fields"] & { readonly [P in K]: string }> => {
    const parts = shape.parts(value, path)
    const identity = essential<A, K>(parts, [key])
    if (identity === undefined) return lost(...parts.problems)
    return {
      item: { ...parts.fields, ...identity },
      problems: partsOf(identity[key], path, parts.problems)
    }
  }
