/** What a body holds, by kind: where its items stand, and how one is decoded. */
import type { Either } from "effect"
import { isObject, type WireProblem } from "./shape.ts"

/** A value and where it stands in the body: `markets[12]`. */
export type Located = readonly [path: string, value: unknown]

/**
 * What an interpreter remembers of earlier observations. It saves work and changes no result: terms that
 * were decoded once need no decoding to know that they are well formed.
 */
export interface Recall {
  /** A short text that stands for a long one. */
  readonly digest: (text: string) => string
  /** Whether the last that was seen of a key has this digest. */
  readonly knows: (key: string, digest: string) => boolean
}

/** Of who reads one observation alone. */
export const nothing: Recall = { digest: (text) => text, knows: () => false }

export interface ItemKind<A> {
  /** A body with none of these keys is a problem: a listing under a new name must not pass for an empty one. */
  readonly keys: ReadonlyArray<string>
  readonly locate: (body: unknown) => ReadonlyArray<Located>
  readonly decode: (value: unknown, path: string, recall?: Recall) => Either.Either<A, WireProblem>
  /**
   * The items of a body that can be told apart in its text, as they would be decoded; `undefined` of a body
   * that must be parsed. Which of the two does not depend on what is remembered.
   */
  readonly skim?: (
    body: Uint8Array,
    recall: Recall
  ) => ReadonlyArray<Either.Either<A, WireProblem>> | undefined
}

/**
 * The items of a list. The exchange sends `null` for an empty one; anything else that is no list is left
 * for the decoder to refuse.
 */
export const each = (parent: unknown, key: string, path = ""): ReadonlyArray<Located> => {
  const list = isObject(parent) ? (parent[key] ?? []) : []
  return Array.isArray(list)
    ? list.map((value, index) => [`${path}${key}[${index}]`, value])
    : [[`${path}${key}`, list]]
}

export const one = (parent: unknown, key: string): ReadonlyArray<Located> =>
  isObject(parent) && parent[key] !== undefined ? [[key, parent[key]]] : []
