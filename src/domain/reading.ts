/**
 * One observation being interpreted: its circumstances, and its body decoded at most once however many
 * projections ask. Items decode one by one; a bad item is a problem of its own and the rest goes through.
 */
import { Array as Arr, Either } from "effect"
import type { LoggedObservation } from "./observation.ts"
import { tooManyItems, tooManyObjects } from "./wire/bulk.ts"
import { type ItemKind, type Located, nothing, type Recall } from "./wire/items.ts"
import { parseBody } from "./wire/json.ts"
import { isObject, problem, type WireProblem } from "./wire/shape.ts"

export interface Items<A> {
  readonly items: ReadonlyArray<A>
  readonly problems: ReadonlyArray<WireProblem>
}

type Results<A> = ReadonlyArray<Either.Either<A, WireProblem>>

export interface ReadingOptions {
  /** Parses the observation's body, where there is a faster way than the usual. */
  readonly parse?: (body: Uint8Array) => Either.Either<unknown, WireProblem>
  readonly recall?: Recall
}

export class Reading {
  readonly #decoded = new Map<ItemKind<unknown>, Items<unknown>>()
  #body: Either.Either<unknown, WireProblem> | undefined
  readonly #tooMuch: WireProblem | undefined
  readonly #parse: (body: Uint8Array) => Either.Either<unknown, WireProblem>
  readonly #recall: Recall
  readonly observation: LoggedObservation

  constructor(observation: LoggedObservation, { parse = parseBody, recall = nothing }: ReadingOptions = {}) {
    this.observation = observation
    this.#tooMuch = tooManyObjects(observation.body)
    this.#parse = parse
    this.#recall = recall
  }

  /** The body's items of one kind, wherever they stand in it. */
  items<A>(kind: ItemKind<A>): Items<A> {
    const known = this.#decoded.get(kind)
    if (known !== undefined) return known as Items<A>
    const [problems, items] = Arr.separate(this.#results(kind))
    const decoded = { items, problems }
    this.#decoded.set(kind, decoded)
    return decoded
  }

  /** An answer that holds more than one can hold is none: not a part of it is taken for the whole. */
  #results<A>(kind: ItemKind<A>): Results<A> {
    if (this.#tooMuch !== undefined) return [Either.left(this.#tooMuch)]
    const results = this.#piecewise(kind) ?? this.#parsed(kind)
    const tooMany = tooManyItems(results.length)
    return tooMany === undefined ? results : [Either.left(tooMany)]
  }

  #piecewise<A>({ piecewise }: ItemKind<A>): Results<A> | undefined {
    return piecewise?.(this.observation.body, this.#recall)
  }

  #parsed<A>({ decode, keys, locate }: ItemKind<A>): Results<A> {
    this.#body ??= this.#parse(this.observation.body)
    return Either.match(this.#body, {
      onLeft: (wrong) => [Either.left(wrong)],
      onRight: (body) =>
        isObject(body) && keys.some((key) => key in body)
          ? decodeAll(locate(body), (value, path) => decode(value, path, this.#recall))
          : [Either.left(problem("body", `an object with ${keys.join(" or ")}`, body))]
    })
  }
}

/** Too many to be an answer are not even decoded. */
const decodeAll = <A>(
  located: ReadonlyArray<Located>,
  decode: (value: unknown, path: string) => Either.Either<A, WireProblem>
): Results<A> => {
  const tooMany = tooManyItems(located.length)
  return tooMany === undefined ? located.map(([path, value]) => decode(value, path)) : [Either.left(tooMany)]
}
