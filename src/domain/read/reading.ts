/**
 * An observation that is being decoded. Its body is parsed and its items are decoded at most once, however many
 * projections read them. Items are decoded one by one, and a bad item field by field; the rest is kept.
 */
import { Either, identity } from "effect"
import type { LoggedObservation } from "../observation.ts"
import { tooManyItems, tooManyObjects } from "./wire/answer-limits.ts"
import { type Digest, type ItemKind, type Located, type Result, read } from "./wire/items.ts"
import { parseBody } from "./wire/json.ts"
import { lost } from "./wire/salvage.ts"
import { isObject, problem, type WireProblem } from "./wire/shape.ts"

export interface Items<A> {
  readonly items: ReadonlyArray<A>
  readonly problems: ReadonlyArray<WireProblem>
}

type Results<A> = ReadonlyArray<Result<A>>

export interface ReadingOptions {
  /** Makes the digests by which descriptions of the same market are compared. By default it returns the text. */
  readonly digest?: Digest
  /** Returns the items of one kind if they are known without parsing the body, exactly as decoding gives them. */
  readonly known?: (kind: ItemKind<unknown>) => Results<unknown> | undefined
}

export class Reading {
  readonly #decoded = new Map<ItemKind<unknown>, Items<unknown>>()
  #body: Either.Either<unknown, WireProblem> | undefined
  readonly #tooMuch: WireProblem | undefined
  readonly #digest: Digest
  readonly #known: NonNullable<ReadingOptions["known"]>
  readonly observation: LoggedObservation

  constructor(
    observation: LoggedObservation,
    { digest = identity, known = () => undefined }: ReadingOptions = {}
  ) {
    this.observation = observation
    this.#tooMuch = tooManyObjects(observation.body)
    this.#digest = digest
    this.#known = known
  }

  /** Returns the items of one kind, wherever they are in the body. */
  items<A>(kind: ItemKind<A>): Items<A> {
    const before = this.#decoded.get(kind)
    if (before !== undefined) return before as Items<A>
    const decoded = gather(this.#results(kind))
    this.#decoded.set(kind, decoded)
    return decoded
  }

  /**
   * Decodes the items of one kind. An answer with more items or objects than the limit is refused as a whole,
   * so that a part of it is never taken for all of it.
   */
  #results<A>(kind: ItemKind<A>): Results<A> {
    if (this.#tooMuch !== undefined) return [Either.left(lost(this.#tooMuch))]
    const results = (this.#known(kind) as Results<A> | undefined) ?? this.#parsed(kind)
    const tooMany = tooManyItems(results.length)
    return tooMany === undefined ? results : [Either.left(lost(tooMany))]
  }

  #parsed<A>(kind: ItemKind<A>): Results<A> {
    const { keys, locate } = kind
    this.#body ??= parseBody(this.observation.body)
    return Either.match(this.#body, {
      onLeft: (wrong) => [Either.left(lost(wrong))],
      onRight: (body) =>
        isObject(body) && keys.some((key) => key in body)
          ? decodeAll(locate(body), (value, path) => read(kind, value, path, this.#digest))
          : [Either.left(lost(problem("body", `an object with ${keys.join(" or ")}`, body)))]
    })
  }
}

/** Decodes the located items, unless there are more than an answer can contain. */
const decodeAll = <A>(
  located: ReadonlyArray<Located>,
  decode: (value: unknown, path: string) => Result<A>
): Results<A> => {
  const tooMany = tooManyItems(located.length)
  return tooMany === undefined
    ? located.map(([path, value]) => decode(value, path))
    : [Either.left(lost(tooMany))]
}

const gather = <A>(results: Results<A>): Items<A> => {
  const items: Array<A> = []
  const problems: Array<WireProblem> = []
  for (const result of results) {
    const item = Either.isRight(result) ? result.right : result.left.item
    if (item !== undefined) items.push(item)
    if (Either.isLeft(result)) for (const wrong of result.left.problems) problems.push(wrong)
  }
  return { items, problems }
}
