/** The kinds of items that bodies contain: where they are in a body, and how one is decoded. */
import { Either } from "effect"
import type { Salvaged } from "./salvage.ts"
import { isObject, type WireProblem } from "./shape.ts"

/** A value and its position in the body: `markets[12]`. */
export type Located = readonly [path: string, value: unknown]

/** Shortens a text to one that no other text has. Where none is given, the text itself is used. */
export type Digest = (text: string) => string

export interface ItemKind<A> {
  /**
   * The keys under which a body holds these items. A body with none of them is a problem, because a listing
   * under a new name must not be taken for an empty one.
   */
  readonly keys: ReadonlyArray<string>
  readonly locate: (body: unknown) => ReadonlyArray<Located>
  /** Decodes an item whose fields can all be read, and refuses any other. */
  readonly decode: (value: unknown, path: string, digest?: Digest) => Either.Either<A, WireProblem>
  /** Salvages the readable fields of an item that `decode` refuses. */
  readonly salvage: (value: unknown, path: string, digest?: Digest) => Salvaged<A>
}

/** A decoded item, or the salvaged part of one that could not be decoded. */
export type Result<A> = Either.Either<A, Salvaged<A>>

/**
 * Locates the items of a list. The exchange sends `null` for an empty one; any other value that is not a list
 * is left for the decoder to refuse.
 */
export const each = (parent: unknown, key: string, path = ""): ReadonlyArray<Located> => {
  const list = isObject(parent) ? (parent[key] ?? []) : []
  return Array.isArray(list)
    ? list.map((value, index) => [`${path}${key}[${index}]`, value])
    : [[`${path}${key}`, list]]
}

export const one = (parent: unknown, key: string): ReadonlyArray<Located> =>
  isObject(parent) && parent[key] !== undefined ? [[key, parent[key]]] : []

/** Decodes an item, or salvages what can be kept of one that is refused. */
export const read = <A>(
  { decode, salvage }: Pick<ItemKind<A>, "decode" | "salvage">,
  value: unknown,
  path: string,
  digest?: Digest
): Result<A> => Either.mapLeft(decode(value, path, digest), () => salvage(value, path, digest))
