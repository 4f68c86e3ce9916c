/**
 * One observation being interpreted: its circumstances, and its body decoded at most once however many
 * projections ask. Items decode one by one; a bad item is a problem of its own and the rest goes through.
 */
import { Either } from "effect"
import type { LoggedObservation } from "./observation.ts"
import { type ItemKind, type Located, nothing, type Recall } from "./wire/items.ts"
import { parseBody } from "./wire/json.ts"
import { isObject, problem, type WireProblem } from "./wire/shape.ts"

export interface Items<A> {
  readonly items: ReadonlyArray<A>
  readonly problems: ReadonlyArray<WireProblem>
}

export interface ReadingOptions {
  /** The observation's body parsed, where somebody has done that already. */
  readonly body?: Either.Either<unknown, WireProblem> | undefined
  readonly recall?: Recall
}

export class Reading {
  readonly #decoded = new Map<ItemKind<unknown>, Items<unknown>>()
  #body: Either.Either<unknown, WireProblem> | undefined
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
    const decoded = Either.match(this.#json(), {
      onLeft: (wrong) => ({ items: [], problems: [wrong] }),
      onRight: (body) =>
        isObject(body) && kind.keys.some((key) => key in body)
          ? decodeEach(kind.locate(body), kind.decode, this.#recall)
          : { items: [], problems: [problem("body", `an object with ${kind.keys.join(" or ")}`, body)] }
    })
    this.#decoded.set(kind, decoded)
    return decoded
  }

  /** The first item of a kind as it was sent, undecoded. */
  first(kind: ItemKind<unknown>): unknown {
    return Either.match(this.#json(), {
      onLeft: () => undefined,
      onRight: (body) => kind.locate(body)[0]?.[1]
    })
  }

  #json(): Either.Either<unknown, WireProblem> {
    this.#body ??= parseBody(this.observation.body)
    return this.#body
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
