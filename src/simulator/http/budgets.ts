/** Read budgets: unsigned requests share one budget, and each key has its own. */
import type { Visitor } from "./access.ts"
import { capacityOf, tokenBucket } from "./token-bucket.ts"

/** The rates in tokens per second; undefined means no limit. */
export interface Rates {
  readonly unsigned: number | undefined
  readonly signed: number | undefined
}

/** The read budget of the lowest tier, which is announced to a key without a limit. */
const BASIC_READ = 200
const BASIC_WRITE = 100

/** Returns a function that tells whether the budget of a visitor covers a request. */
export const budgets = (rates: Rates, startMs: number): ((visitor: Visitor, nowMs: number) => boolean) => {
  const bucket = (rate: number | undefined): ((nowMs: number) => boolean) =>
    rate === undefined ? () => true : tokenBucket(rate, startMs)
  const shared = bucket(rates.unsigned)
  const own = new Map<string, (nowMs: number) => boolean>()
  return (visitor, nowMs) => {
    if (visitor.is !== "holder") return shared(nowMs)
    const mine = own.get(visitor.keyId) ?? bucket(rates.signed)
    own.set(visitor.keyId, mine)
    return mine(nowMs)
  }
}

const limit = (rate: number) => ({ bucket_capacity: capacityOf(rate), refill_rate: rate })

/** Returns the body of `/account/limits` for a key. */
export const limitsBody = (rates: Rates, usageTier: string): string =>
  JSON.stringify({
    grants: [],
    read: limit(rates.signed ?? BASIC_READ),
    usage_tier: usageTier,
    write: limit(BASIC_WRITE)
  })
