/**
 * An order book, in a list or alone, in any era of the API. Since 2026-03 `orderbook_fp` holds
 * `[price, count]` pairs of decimal strings. Before, `orderbook` held whole cents and whole contracts,
 * from 2025-08 with `*_dollars` beside them, which are more exact and are read instead. `null` is an empty side.
 */
import { Either } from "effect"
import { fromCents, fromContracts, type Millionths, parseDecimal } from "../../units/fixed.ts"
import { each, type ItemKind, type Located } from "../wire/items.ts"
import { asPrice } from "../wire/price.ts"
import { lost } from "../wire/salvage.ts"
import { isObject, name, problem, type WireProblem } from "../wire/shape.ts"
import type { Level, OrderBook, Side } from "./orderbook.ts"

/** A book as it was sent: levels in the exchange's order, worst bid first. */
export interface SentBook extends OrderBook {
  /** A book that was requested alone does not name its market. */
  readonly ticker: string | undefined
}

type Decoded<A> = Either.Either<A, WireProblem>
type Read = (value: unknown) => Millionths | undefined

const decimal: Read = (value) => (typeof value === "string" ? parseDecimal(value) : undefined)

const dollars: Read = (value) => asPrice(decimal(value))

const wholeCents: Read = (value) => (typeof value === "number" ? asPrice(fromCents(value)) : undefined)

/** The counts beside prices in dollars were whole numbers at first. */
const count: Read = (value) => (typeof value === "number" ? fromContracts(value) : decimal(value))

const levels = (list: unknown, price: Read, path: string): Decoded<ReadonlyArray<Level>> => {
  if (list === null) return Either.right([])
  if (!Array.isArray(list)) return Either.left(problem(path, "a list of [price, count]", list))
  const read: Array<Level> = []
  for (const [index, pair] of list.entries()) {
    const [at, of] = Array.isArray(pair) && pair.length === 2 ? [price(pair[0]), count(pair[1])] : []
    if (at === undefined || of === undefined)
      return Either.left(problem(`${path}[${index}]`, "an exact [price, count]", pair))
    read.push({ price: at, size: of })
  }
  return Either.right(read)
}

const sideOf = (book: Readonly<Record<string, unknown>>, side: Side, path: string) =>
  book[`${side}_dollars`] === undefined || (book[`${side}_dollars`] === null && Array.isArray(book[side]))
    ? levels(book[side], wholeCents, `${path}.${side}`)
    : levels(book[`${side}_dollars`], dollars, `${path}.${side}_dollars`)

/** Returns the newer spelling if a book has both. */
const spellings = ["orderbook_fp", "orderbook"] as const

const decode = (value: unknown, path: string): Decoded<SentBook> =>
  Either.gen(function* () {
    if (!isObject(value)) return yield* Either.left(problem(path, "an object", value))
    const alone = path === ALONE
    const ticker = name.read(value.ticker)
    if (!alone && typeof ticker !== "string")
      return yield* Either.left(problem(`${path}.ticker`, name.expected, value.ticker))
    const spelling = spellings.find((name) => value[name] !== undefined) ?? "orderbook_fp"
    const book = value[spelling]
    const where = alone ? spelling : `${path}.${spelling}`
    if (!isObject(book)) return yield* Either.left(problem(where, "an object", book))
    const yes = yield* sideOf(book, "yes", where)
    const no = yield* sideOf(book, "no", where)
    return { ticker: typeof ticker === "string" ? ticker : undefined, yes, no }
  })

/** The path of a book that is the whole body. */
const ALONE = "body"

const booksIn = (body: unknown): ReadonlyArray<Located> => [
  ...each(body, "orderbooks"),
  ...(isObject(body) && spellings.some((name) => name in body) ? [[ALONE, body] as const] : [])
]

/**
 * Salvages an order book. A book with an unreadable level is left out as a whole: without that level it would
 * show less depth or another best price, and nothing in the table would say so.
 */
const salvage: ItemKind<SentBook>["salvage"] = (value, path) =>
  Either.match(decode(value, path), {
    onLeft: (wrong) => {
      const ticker = isObject(value) && name.read(value.ticker)
      return lost(typeof ticker === "string" ? { ...wrong, lost: ticker } : wrong)
    },
    onRight: (item) => ({ item, problems: [] })
  })

export const books: ItemKind<SentBook> = {
  keys: ["orderbooks", ...spellings],
  locate: booksIn,
  decode,
  salvage
}
