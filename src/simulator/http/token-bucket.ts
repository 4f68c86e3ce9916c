/** A read budget: so many tokens per second, with two seconds' worth available for bursts. */

/** The cost of a read request in tokens. */
export const TOKENS_PER_REQUEST = 10

const SECONDS_HELD = 2

export const capacityOf = (tokensPerSecond: number): number =>
  Math.max(TOKENS_PER_REQUEST, tokensPerSecond * SECONDS_HELD)

/**
 * Returns a function that tells whether the budget covers a request. Times are milliseconds of one clock that
 * never goes back.
 */
export const tokenBucket = (tokensPerSecond: number, startMs: number): ((nowMs: number) => boolean) => {
  const capacity = capacityOf(tokensPerSecond)
  let tokens = capacity
  let filledMs = startMs
  return (nowMs) => {
    tokens = Math.min(capacity, tokens + ((nowMs - filledMs) / 1000) * tokensPerSecond)
    filledMs = nowMs
    if (tokens < TOKENS_PER_REQUEST) return false
    tokens -= TOKENS_PER_REQUEST
    return true
  }
}
