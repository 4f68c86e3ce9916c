/** What reading costs whom: those who do not sign share one budget, and each key has its own. */
import type { Visitor } from "./access.ts"
import { capacityOf, tokenBucket } from "./token-bucket.ts"

/** Tokens a second; undefined is no limit. */
export interface Rates {
  readonly unsigned: number | undefined
  readonly signed: number | undefined
}

/** The budgets of the lowest tier, announced to a key that is not held to any. */
const BASIC_READ = 200
const BASIC_WRITE = 100

/** Says of each request of a visitor whether the visitor's budget covers it. */
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

/** What `/account/limits` says of a key. */
export const limitsBody = (rates: Rates, usageTier: string): string =>
  JSON.stringify({
    grants: [],
    read: limit(rates.signed ?? BASIC_READ),
    usage_tier: usageTier,
    write: limit(BASIC_WRITE)
  })
