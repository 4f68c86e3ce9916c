/** The read budget of a key: so many tokens a second, two seconds' worth held back for bursts. */

/** Every read costs this many tokens. */
export const TOKENS_PER_REQUEST = 10

const SECONDS_HELD = 2

export const capacityOf = (tokensPerSecond: number): number =>
  Math.max(TOKENS_PER_REQUEST, tokensPerSecond * SECONDS_HELD)

/** Says of each request whether the budget covers it. Times are milliseconds of one clock, never going back. */
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
