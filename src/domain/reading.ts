/**
 * One observation being interpreted: its circumstances, and its body decoded at most once however many
 * projections ask. Items decode one by one; a bad item is a problem of its own and the rest goes through.
 */
import { Either } from "effect"
import type { Event } from "./event.ts"
import type { Market } from "./market.ts"
import type { LoggedObservation } from "./observation.ts"
import type { Era } from "./wire/era.ts"
import { decodeEvent } from "./wire/event.ts"
import { parseBody } from "./wire/json.ts"
import { decodeMarket, eraOf } from "./wire/market/market.ts"
import { isObject, problem, type WireProblem } from "./wire/shape.ts"

export interface Items<A> {
  readonly items: ReadonlyArray<A>
  readonly problems: ReadonlyArray<WireProblem>
}

type DecodeItem<A> = (value: unknown, path: string) => Either.Either<A, WireProblem>
type Located = readonly [path: string, value: unknown]

export class Reading {
  readonly #decoded = new Map<DecodeItem<unknown>, Items<unknown>>()
  #body: Either.Either<unknown, WireProblem> | undefined
  readonly observation: LoggedObservation

  /** `body` is the observation's body parsed, where somebody has done that already. */
  constructor(observation: LoggedObservation, body?: Either.Either<unknown, WireProblem>) {
    this.observation = observation
    this.#body = body
  }

  /** Markets wherever they stand: in a listing, alone, or inside events. */
  get markets(): Items<Market> {
    return this.#decode(decodeMarket, ["markets", "market", "events", "event"], marketsIn)
  }

  /** The era that the body's first market is written in; `undefined` where there is none. */
  get era(): Era | undefined {
    const [first] = Either.match(this.#json(), { onLeft: () => [], onRight: marketsIn })
    return first === undefined ? undefined : eraOf(first[1])
  }

  get events(): Items<Event> {
    return this.#decode(decodeEvent, ["events", "event"], eventsIn)
  }

  /** A body with none of the keys is a problem: a listing under a new name must not pass for an empty one. */
  #decode<A>(
    decode: DecodeItem<A>,
    keys: ReadonlyArray<string>,
    locate: (body: unknown) => ReadonlyArray<Located>
  ): Items<A> {
    const known = this.#decoded.get(decode)
    if (known !== undefined) return known as Items<A>
    const decoded = Either.match(this.#json(), {
      onLeft: (wrong) => ({ items: [], problems: [wrong] }),
      onRight: (body) =>
        isObject(body) && keys.some((key) => key in body)
          ? decodeEach(locate(body), decode)
          : { items: [], problems: [problem("body", `an object with ${keys.join(" or ")}`, body)] }
    })
    this.#decoded.set(decode, decoded)
    return decoded
  }

  #json(): Either.Either<unknown, WireProblem> {
    this.#body ??= parseBody(this.observation.body)
    return this.#body
  }
}

const decodeEach = <A>(located: ReadonlyArray<Located>, decode: DecodeItem<A>): Items<A> => {
  const items: Array<A> = []
  const problems: Array<WireProblem> = []
  for (const [path, value] of located) {
    const result = decode(value, path)
    if (Either.isRight(result)) items.push(result.right)
    else problems.push(result.left)
  }
  return { items, problems }
}

/** The exchange sends `null` for an empty list; anything else that is no list is left for its decoder to refuse. */
const each = (parent: unknown, key: string, path: string): ReadonlyArray<Located> => {
  const list = isObject(parent) ? (parent[key] ?? []) : []
  return Array.isArray(list)
    ? list.map((value, index) => [`${path}${key}[${index}]`, value])
    : [[`${path}${key}`, list]]
}

const one = (parent: unknown, key: string): ReadonlyArray<Located> =>
  isObject(parent) && parent[key] !== undefined ? [[key, parent[key]]] : []

const eventsIn = (body: unknown): ReadonlyArray<Located> => [
  ...each(body, "events", ""),
  ...one(body, "event")
]

const marketsIn = (body: unknown): ReadonlyArray<Located> => [
  ...each(body, "markets", ""),
  ...one(body, "market"),
  ...eventsIn(body).flatMap(([path, event]) => each(event, "markets", `${path}.`))
]
