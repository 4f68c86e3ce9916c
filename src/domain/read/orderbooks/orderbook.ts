/**
 * An order book, and what trading against it would cost. Books hold bids alone: who offers YES at 40 cents
 * is who bids 60 cents for NO. All arithmetic is exact, in millionths.
 */
import { Option } from "effect"
import { type Millionths, ONE_DOLLAR } from "../../units/fixed.ts"

export interface Level {
  /** Micro-dollars for one contract. */
  readonly price: Millionths
  /** Millionths of a contract that wait at this price. */
  readonly size: Millionths
}

/** Each side's bids. Where a function says best first, the highest price is the first level. */
export interface OrderBook {
  readonly yes: ReadonlyArray<Level>
  readonly no: ReadonlyArray<Level>
}

export type Side = "yes" | "no"

/** What a taker does with contracts of one side. */
export interface Order {
  readonly action: "buy" | "sell"
  readonly side: Side
}

const opposite: Readonly<Record<Side, Side>> = { yes: "no", no: "yes" }

const mirrored = ({ price, size }: Level): Level => ({ price: ONE_DOLLAR - price, size })

/**
 * The levels that an order meets, best for the taker first: a seller meets the bids of the side, a buyer
 * those of the other side, each at what is left of the dollar. The book's levels may come in any order.
 */
export const levelsFor = (book: OrderBook, { action, side }: Order): ReadonlyArray<Level> =>
  action === "sell"
    ? [...book[side]].sort((a, b) => b.price - a.price)
    : book[opposite[side]].map(mirrored).sort((a, b) => a.price - b.price)

/** Millionths of a contract that an order can trade at a price (micro-dollars) or better. */
export const depthTo = (book: OrderBook, order: Order, price: Millionths): Millionths =>
  levelsFor(book, order)
    .filter((level) => (order.action === "sell" ? level.price >= price : level.price <= price))
    .reduce((depth, { size }) => depth + size, 0)

/** What an order for some contracts would have traded against one book, fees aside. */
export interface Fill {
  /** Millionths of a contract, never more than asked for. */
  readonly filled: Millionths
  /** Millionths of a contract that the book does not hold; 0 for a whole fill. */
  readonly missing: Millionths
  /** What `filled` costs or brings, in millionths of a micro-dollar: exact, whatever the size. */
  readonly total: bigint
  /** Micro-dollars a contract of the first level met, and of the last. */
  readonly best: Millionths
  readonly worst: Millionths
  /** Micro-dollars a contract on average, rounded half up to the whole one. */
  readonly average: Millionths
  /** How far `average` is worse than `best`; of the exact totals, rounded as `average` is. */
  readonly slippage: Millionths
}

/** Whole quotient of two that are not negative, rounded half up. */
const divided = (dividend: bigint, divisor: bigint): Millionths =>
  Number((2n * dividend + divisor) / (2n * divisor))

/** Trades `count` millionths of a contract level by level; `none` where there is nothing to trade. */
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
