/**
 * A trade, which is the same in the live tape and in the historical tier. Whole cents and counts until 2025-10, then
 * dollars beside them, from 2026-01-22 exact counts too, and since 2026-03-12 strings only. `price`, a
 * float of the old eras that repeats the YES price, is never read.
 */
import { Either } from "effect"
import { epochMicros } from "../../units/time.ts"
import { each, type ItemKind } from "../wire/items.ts"
import { essential, lost, readable } from "../wire/salvage.ts"
import {
  cents,
  contracts,
  decimal,
  flag,
  isObject,
  name,
  nullable,
  price,
  problem,
  shape,
  text,
  time
} from "../wire/shape.ts"
import type { Trade } from "./trade.ts"

export const described = shape({
  tradeId: ["trade_id", name],
  ticker: ["ticker", name],
  createdTime: ["created_time", time],
  outcomeSide: ["taker_outcome_side", nullable(text)],
  /** Deprecated since 2026-05; the value is the same. */
  takerSide: ["taker_side", nullable(text)],
  isBlockTrade: ["is_block_trade", nullable(flag)]
})

const dollars = {
  yesPrice: ["yes_price_dollars", price],
  noPrice: ["no_price_dollars", nullable(price)]
} as const

export const strings = shape({ ...dollars, count: ["count_fp", decimal] })

/** From 2025-10 to 2026-01: dollars, but whole counts. */
const wholeCounts = shape({ ...dollars, count: ["count", contracts] })

/** From 2026-03-12 on no body has these. */
const wholeCents = shape({
  yesPrice: ["yes_price", cents],
  noPrice: ["no_price", nullable(cents)],
  count: ["count", contracts]
})

/** Returns the spelling to read: the most exact of those that the trade has. */
const termsOf = (value: unknown) => {
  if (!isObject(value)) return strings
  if (value.count_fp === undefined && value.count !== undefined)
    return value.yes_price_dollars === undefined ? wholeCents : wholeCounts
  return strings
}

/**
 * Returns a problem for a time that the table cannot hold: it stores whole microseconds since 1970. An empty
 * time is refused too.
 */
const wrongTime = (createdTime: string, path: string) => {
  const micros = epochMicros(createdTime)
  return Number.isSafeInteger(micros) && micros >= 0
    ? undefined
    : problem(`${path}.created_time`, "a time from 1970 on", createdTime)
}

const decode: ItemKind<Trade>["decode"] = (value, path) =>
  Either.gen(function* () {
    const { outcomeSide, takerSide, ...trade } = yield* described.decode(value, path)
    const wrong = wrongTime(trade.createdTime, path)
    if (wrong !== undefined) return yield* Either.left(wrong)
    const terms = yield* termsOf(value).decode(value, path)
    return { ...trade, ...terms, takerSide: outcomeSide ?? takerSide }
  })

/** Salvages a trade. Its id, market, time, price and count are essential; the taker's side is not. */
const salvage: ItemKind<Trade>["salvage"] = (value, path) => {
  if (!isObject(value)) return lost(problem(path, "an object", value))
  const description = described.parts(value, path)
  const terms = termsOf(value).parts(value, path)
  const problems = [...description.problems, ...terms.problems]
  const identity = essential(description, ["tradeId", "ticker", "createdTime"])
  const price = essential(terms, ["yesPrice", "count"])
  if (identity === undefined || price === undefined) return lost(...problems)
  const wrong = wrongTime(identity.createdTime, path)
  if (wrong !== undefined) return lost(wrong, ...problems)
  const { isBlockTrade, outcomeSide, takerSide } = readable(description.fields)
  const { noPrice } = readable(terms.fields)
  return {
    item: { ...identity, ...price, noPrice, isBlockTrade, takerSide: outcomeSide ?? takerSide },
    problems
  }
}

export const trades: ItemKind<Trade> = {
  keys: ["trades"],
  locate: (body) => each(body, "trades"),
  decode,
  salvage
}
