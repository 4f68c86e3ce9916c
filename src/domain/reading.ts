/**
 * One observation being interpreted: its circumstances, and its body decoded at most once however many
 * projections ask. Items decode one by one; a bad item is a problem of its own and the rest goes through.
 */
import { Either } from "effect"
import type { LoggedObservation } from "./observation.ts"
import { type Body, bodyOf } from "./wire/body.ts"
import { type ItemKind, type Located, locateSkimmed, nothing, type Recall } from "./wire/items.ts"
import { isObject, problem, type WireProblem } from "./wire/shape.ts"

export interface Items<A> {
  readonly items: ReadonlyArray<A>
  readonly problems: ReadonlyArray<WireProblem>
}

export interface ReadingOptions {
  /** The observation's body, where somebody has read it already. */
  readonly body?: Body | undefined
  readonly recall?: Recall
}

export class Reading {
  readonly #decoded = new Map<ItemKind<unknown>, Items<unknown>>()
  #body: Body | undefined
  readonly #recall: Recall
  readonly observation: LoggedObservation

  constructor(observation: LoggedObservation, { body, recall = nothing }: ReadingOptions = {}) {
    this.observation = observation
    this.#body = body
    this.#recall = recall
  }

  /** The body's items of one kind, wherever they stand in it. */
  items<A>(kind: ItemKind<A>): Items<A> {
    const known = this.#decoded.get(kind)
    if (known !== undefined) return known as Items<A>
    const decoded = Either.match(this.#located(kind), {
      onLeft: (wrong) => ({ items: [], problems: [wrong] }),
      onRight: (located) => decodeEach(located, kind.decode, this.#recall)
    })
    this.#decoded.set(kind, decoded)
    return decoded
  }

  /** The first item of a kind as it was sent, undecoded. */
  first(kind: ItemKind<unknown>): unknown {
    return Either.match(this.#located(kind), { onLeft: () => undefined, onRight: ([item]) => item?.[1] })
  }

  #located(kind: ItemKind<unknown>): Either.Either<ReadonlyArray<Located>, WireProblem> {
    this.#body ??= bodyOf(this.observation.body)
    const listing = kind.skimming === undefined ? undefined : this.#body.skimmed(kind.skimming)
    const skimmed = listing === undefined ? undefined : locateSkimmed(kind, listing)
    if (skimmed !== undefined) return Either.right(skimmed)
    return Either.flatMap(this.#body.json, (body) =>
      isObject(body) && kind.keys.some((key) => key in body)
        ? Either.right(kind.locate(body))
        : Either.left(problem("body", `an object with ${kind.keys.join(" or ")}`, body))
    )
  }
}

const decodeEach = <A>(
  located: ReadonlyArray<Located>,
  decode: ItemKind<A>["decode"],
  recall: Recall
): Items<A> => {
  const items: Array<A> = []
  const problems: Array<WireProblem> = []
  for (const [path, value] of located) {
    const result = decode(value, path, recall)
    if (Either.isRight(result)) items.push(result.right)
    else problems.push(result.left)
  }
  return { items, problems }
}
