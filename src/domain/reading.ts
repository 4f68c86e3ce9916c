/**
 * One observation being interpreted: its circumstances, and its body decoded at most once however many
 * projections ask. Items decode one by one; a bad item is a problem of its own and the rest goes through.
 */
import { Either } from "effect"
import type { Event } from "./event.ts"
import type { Market } from "./market.ts"
import type { LoggedObservation } from "./observation.ts"
import { decodeEvent } from "./wire/event.ts"
import { decodeMarket } from "./wire/market/market.ts"
import { isObject, problem, type WireProblem } from "./wire/shape.ts"

export interface Items<A> {
  readonly items: ReadonlyArray<A>
  readonly problems: ReadonlyArray<WireProblem>
}

type DecodeItem<A> = (value: unknown, path: string) => Either.Either<A, WireProblem>
type Located = readonly [path: string, value: unknown]

const utf8 = new TextDecoder()

export class Reading {
  readonly #decoded = new Map<DecodeItem<unknown>, Items<unknown>>()
  #body: Either.Either<unknown, WireProblem> | undefined
  readonly observation: LoggedObservation

  constructor(observation: LoggedObservation) {
    this.observation = observation
  }

  /** Markets wherever they stand: in a listing, alone, or inside events. */
  get markets(): Items<Market> {
    return this.#decode(decodeMarket, marketsIn)
  }

  get events(): Items<Event> {
    return this.#decode(decodeEvent, eventsIn)
  }

  #decode<A>(decode: DecodeItem<A>, locate: (body: unknown) => ReadonlyArray<Located>): Items<A> {
    const known = this.#decoded.get(decode)
    if (known !== undefined) return known as Items<A>
    const decoded = Either.match(this.#json(), {
      onLeft: (wrong) => ({ items: [], problems: [wrong] }),
      onRight: (body) => decodeEach(locate(body), decode)
    })
    this.#decoded.set(decode, decoded)
    return decoded
  }

  #json(): Either.Either<unknown, WireProblem> {
    this.#body ??= parseJson(utf8.decode(this.observation.body))
    return this.#body
  }
}

const parseJson = (text: string): Either.Either<unknown, WireProblem> => {
  try {
    return Either.right(JSON.parse(text))
  } catch {
    return Either.left(problem("body", "JSON", text.slice(0, 200)))
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

const each = (parent: unknown, key: string, path: string): ReadonlyArray<Located> => {
  const list = isObject(parent) ? parent[key] : undefined
  return Array.isArray(list) ? list.map((value, index) => [`${path}${key}[${index}]`, value]) : []
}

const one = (parent: unknown, key: string): ReadonlyArray<Located> =>
  isObject(parent) && parent[key] !== undefined ? [[key, parent[key]]] : []

const eventsIn = (body: unknown): ReadonlyArray<Located> => [...each(body, "events", ""), ...one(body, "event")]

const marketsIn = (body: unknown): ReadonlyArray<Located> => [
  ...each(body, "markets", ""),
  ...one(body, "market"),
  ...eventsIn(body).flatMap(([path, event]) => each(event, "markets", `${path}.`))
]
