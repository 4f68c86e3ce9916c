/**
 * One observation being interpreted: its circumstances, and its body decoded at most once however many
 * projections ask. Items decode one by one; a bad item is a problem of its own and the rest goes through.
 */
import { Array as Arr, Either } from "effect"
import type { LoggedObservation } from "./observation.ts"
import { type ItemKind, nothing, type Recall } from "./wire/items.ts"
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
  readonly #parse: (body: Uint8Array) => Either.Either<unknown, WireProblem>
  readonly #recall: Recall
  readonly observation: LoggedObservation

  constructor(observation: LoggedObservation, { parse = parseBody, recall = nothing }: ReadingOptions = {}) {
    this.observation = observation
    this.#parse = parse
    this.#recall = recall
  }

  /** The body's items of one kind, wherever they stand in it. */
  items<A>(kind: ItemKind<A>): Items<A> {
    const known = this.#decoded.get(kind)
    if (known !== undefined) return known as Items<A>
    const [problems, items] = Arr.separate(this.#piecewise(kind) ?? this.#parsed(kind))
    const decoded = { items, problems }
    this.#decoded.set(kind, decoded)
    return decoded
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
          ? locate(body).map(([path, value]) => decode(value, path, this.#recall))
          : [Either.left(problem("body", `an object with ${keys.join(" or ")}`, body))]
    })
  }
}
