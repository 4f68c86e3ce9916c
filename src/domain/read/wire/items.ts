/** What a body holds, by kind: where its items stand, and how one is decoded. */
import { Either } from "effect"
import type { Listed } from "../markets/market.ts"
import { octets } from "./json.ts"
import type { Salvaged } from "./salvage.ts"
import { isObject, type WireProblem } from "./shape.ts"

/** A value and where it stands in the body: `markets[12]`. */
export type Located = readonly [path: string, value: unknown]

/**
 * What an interpreter remembers of earlier observations. It saves work and changes no result: what was
 * decoded once need not be decoded again to know what it says, and that it is well formed.
 */
export interface Recall {
  /** A short text that stands for a long one, or for bytes. */
  readonly digest: (content: string | Uint8Array) => string
  /** Whether the last that was seen of a key has this digest. */
  readonly knows: (key: string, digest: string) => boolean
  /** The market that was the last of its ticker to be listed in bytes with this digest. */
  readonly listed: (digest: string) => Listed | undefined
  /** Remembers it. */
  readonly list: (digest: string, market: Listed) => void
}

/** Of who reads one observation alone. */
export const nothing: Recall = {
  digest: (content) => (typeof content === "string" ? content : octets(content)),
  knows: () => false,
  listed: () => undefined,
  list: () => undefined
}

export interface ItemKind<A> {
  /** A body with none of these keys is a problem: a listing under a new name must not pass for an empty one. */
  readonly keys: ReadonlyArray<string>
  readonly locate: (body: unknown) => ReadonlyArray<Located>
  /** Decodes an item whose fields can all be read, and refuses any other. */
  readonly decode: (value: unknown, path: string, recall?: Recall) => Either.Either<A, WireProblem>
  /** Salvages the readable fields of an item that `decode` refuses. */
  readonly salvage: (value: unknown, path: string, recall?: Recall) => Salvaged<A>
  /**
   * The items of a body that can be told apart in its bytes, as they would be decoded, without parsing those that
   * are remembered; `undefined` of a body that must be parsed as a whole.
   */
  readonly piecewise?: (body: Uint8Array, recall: Recall) => ReadonlyArray<Result<A>> | undefined
}

/** A decoded item, or the salvaged part of one that could not be decoded. */
export type Result<A> = Either.Either<A, Salvaged<A>>

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

/** Decodes an item, or salvages what can be kept of one that is refused. */
export const read = <A>(
  { decode, salvage }: Pick<ItemKind<A>, "decode" | "salvage">,
  value: unknown,
  path: string,
  recall?: Recall
): Result<A> => Either.mapLeft(decode(value, path, recall), () => salvage(value, path, recall))
