/**
 * A trade, the same thing in the live tape and in the archive. Whole cents and counts until 2025-10, then
 * dollars beside them, from 2026-01-22 exact counts too, and since 2026-03-12 strings only. `price`, a
 * float of the old eras that repeats the YES price, is never read.
 */
import { Either } from "effect"
import { epochMicros } from "../time.ts"
import type { Trade } from "../trade.ts"
import { each, type ItemKind } from "./items.ts"
import { cents, contracts, decimal, flag, isObject, problem, said, shape, text, time } from "./shape.ts"

export const described = shape({
  tradeId: ["trade_id", text],
  ticker: ["ticker", text],
  createdTime: ["created_time", time],
  outcomeSide: ["taker_outcome_side", said(text)],
  /** Deprecated since 2026-05, and the same word. */
  takerSide: ["taker_side", said(text)],
  isBlockTrade: ["is_block_trade", said(flag)]
})

const dollars = {
  yesPrice: ["yes_price_dollars", decimal],
  noPrice: ["no_price_dollars", said(decimal)]
} as const

export const strings = shape({ ...dollars, count: ["count_fp", decimal] })

/** From 2025-10 to 2026-01: dollars, but whole counts. */
const wholeCounts = shape({ ...dollars, count: ["count", contracts] })

/** From 2026-03-12 on no body has these. */
const wholeCents = shape({
  yesPrice: ["yes_price", cents],
  noPrice: ["no_price", said(cents)],
  count: ["count", contracts]
})

/** Told by which of the spellings are there: the finest of them is read. */
const termsOf = (value: unknown) => {
  if (!isObject(value)) return strings
  if (value.count_fp === undefined && value.count !== undefined)
    return value.yes_price_dollars === undefined ? wholeCents : wholeCounts
  return strings
}

const decode: ItemKind<Trade>["decode"] = (value, path) =>
  Either.gen(function* () {
    const { outcomeSide, takerSide, ...trade } = yield* described.decode(value, path)
    // The table counts microseconds from 1970 in whole numbers; the empty time is none of them.
    const micros = epochMicros(trade.createdTime)
    if (!(Number.isSafeInteger(micros) && micros >= 0))
      return yield* Either.left(problem(`${path}.created_time`, "a time from 1970 on", trade.createdTime))
    const terms = yield* termsOf(value).decode(value, path)
    return { ...trade, ...terms, takerSide: outcomeSide ?? takerSide }
  })

export const trades: ItemKind<Trade> = {
  keys: ["trades"],
  locate: (body) => each(body, "trades"),
  decode
}
