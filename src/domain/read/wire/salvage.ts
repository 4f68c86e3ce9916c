/**
 * Salvages items with unreadable fields. An unreadable field does not affect the others; an item is lost only
 * if one of its essential fields is unreadable, such as its identity or its main value.
 */
import { orUndefined, unread } from "../field.ts"
import type { Parts, Shape, WireProblem } from "./shape.ts"

export interface Salvaged<A> {
  /** The salvaged item, or `undefined` if nothing could be kept. */
  readonly item: A | undefined
  readonly problems: ReadonlyArray<WireProblem>
}

export const lost = (...problems: ReadonlyArray<WireProblem>): Salvaged<never> => ({
  item: undefined,
  problems
})

/** Labels problems as problems of parts of an item that is kept, under the item's name. */
export const partsOf = (
  name: string,
  path: string,
  problems: ReadonlyArray<WireProblem>
): ReadonlyArray<WireProblem> =>
  problems.map((wrong) => ({ ...wrong, part: `${name}${wrong.path.slice(path.length)}` }))

/** Returns the essential fields of an item, or `undefined` if one of them could not be read. */
export const essential = <A, K extends keyof A>(
  { fields }: Parts<A>,
  keys: ReadonlyArray<K>
): { readonly [P in K]: A[P] } | undefined =>
  keys.some((key) => fields[key] === unread)
    ? undefined
    : (Object.fromEntries(keys.map((key) => [key, fields[key]])) as unknown as { readonly [P in K]: A[P] })

/**
 * Returns the fields of a fact, with `undefined` for unreadable ones: a fact has no earlier value to keep.
 */
export const readable = <A extends object>(
  fields: Parts<A>["fields"]
): { [K in keyof A]: A[K] | undefined } =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, orUndefined(field)])) as {
    [K in keyof A]: A[K] | undefined
  }

/** An entity as its shape decodes it: each field but its key may be unread. */
export type EntityOf<AnyShape, Key extends string> =
  AnyShape extends Shape<infer A> ? Parts<A>["fields"] & Pick<A, Key & keyof A> : never

/** Builds a salvage function for entities that one field identifies. */
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
