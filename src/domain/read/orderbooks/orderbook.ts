/**
 * An order book, and what trading against it would cost. Books hold bids only: an offer of YES at 40 cents is a
 * bid of 60 cents for NO. All arithmetic is exact, in millionths.
 */
import { Option } from "effect"
import { type Millionths, ONE_DOLLAR } from "../../units/fixed.ts"

export interface Level {
  /** Micro-dollars for one contract. */
  readonly price: Millionths
  /** Millionths of a contract at this price. */
  readonly size: Millionths
}

/** The bids of each side. If they are sorted best first, the highest price is the first level. */
export interface OrderBook {
  readonly yes: ReadonlyArray<Level>
  readonly no: ReadonlyArray<Level>
}

export type Side = "yes" | "no"

/** The direction of a taker's order for contracts of one side. */
export interface Order {
  readonly action: "buy" | "sell"
  readonly side: Side
}

const opposite: Readonly<Record<Side, Side>> = { yes: "no", no: "yes" }

const mirrored = ({ price, size }: Level): Level => ({ price: ONE_DOLLAR - price, size })

/**
 * Returns the levels that an order meets, best for the taker first: a seller meets the bids of the side, a buyer
 * those of the other side, each at what is left of the dollar. The book's levels may come in any order.
 */
export const levelsFor = (book: OrderBook, { action, side }: Order): ReadonlyArray<Level> =>
  action === "sell"
    ? [...book[side]].sort((a, b) => b.price - a.price)
    : book[opposite[side]].map(mirrored).sort((a, b) => a.price - b.price)

/** Returns the millionths of a contract that an order can trade at a price (micro-dollars) or better. */
export const depthTo = (book: OrderBook, order: Order, price: Millionths): Millionths =>
  levelsFor(book, order)
    .filter((level) => (order.action === "sell" ? level.price >= price : level.price <= price))
    .reduce((depth, { size }) => depth + size, 0)

/** The trade that an order would have made against one book, without fees. */
export interface Fill {
  /** Millionths of a contract, never more than the order's. */
  readonly filled: Millionths
  /** Millionths of a contract that the book does not hold; 0 for a whole fill. */
  readonly missing: Millionths
  /** The cost or proceeds of `filled`, in millionths of a micro-dollar: exact for any size. */
  readonly total: bigint
  /** Micro-dollars a contract of the first level met, and of the last. */
  readonly best: Millionths
  readonly worst: Millionths
  /** Micro-dollars a contract on average, rounded half up to the whole one. */
  readonly average: Millionths
  /** How far `average` is worse than `best`; of the exact totals, rounded as `average` is. */
  readonly slippage: Millionths
}

/** Divides two numbers that are not negative, and rounds half up to a whole one. */
const divided = (dividend: bigint, divisor: bigint): Millionths =>
  Number((2n * dividend + divisor) / (2n * divisor))

/** Trades `count` millionths of a contract level by level. Returns `none` if there is nothing to trade. */
export const fill = (book: OrderBook, order: Order, count: Millionths): Option.Option<Fill> => {
  const levels = levelsFor(book, order).filter(({ size }) => size > 0)
  const [first] = levels
  if (first === undefined || count <= 0) return Option.none()
  let missing = count
  let total = 0n
  let worst = first.price
  for (const { price, size } of levels) {
    if (missing === 0) break
    const taken = Math.min(size, missing)
    total += BigInt(price) * BigInt(taken)
    missing -= taken
    worst = price
  }
  const filled = count - missing
  const atBest = BigInt(first.price) * BigInt(filled)
  return Option.some({
    filled,
    missing,
    total,
    best: first.price,
    worst,
    average: divided(total, BigInt(filled)),
    slippage: divided(order.action === "sell" ? atBest - total : total - atBest, BigInt(filled))
  })
}
