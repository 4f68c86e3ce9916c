/**
 * The rate of requests, by additive increase and multiplicative decrease as in TCP: the whole budget until the
 * exchange answers 429, then half of it, and back to the whole step by step while answers come. The unsigned
 * limit is not documented, and shared by all clients behind the same address, so it must be probed. Times are
 * milliseconds of a monotonic clock.
 */

/** The exchange's usual price of a GET, in tokens. `/account/endpoint_costs` names the exceptions. */
export const TOKENS_PER_REQUEST = 10

const BURST_MILLIS = 1000
const STEP_MILLIS = 1000
/** From half of the budget to all of it takes ten seconds of answers, from the lowest rate at most twenty. */
const STEPS = 20

export interface Rate {
  /** The budget, in tokens a second. */
  readonly full: number
  /** The tokens a second that may be used now. */
  readonly limit: number
  readonly halvedAt: number
  readonly grownAt: number
}

/** The lowest rate is one request a second, whatever the setting and whatever the exchange answers. */
const atLeastOne = (tokens: number): number => Math.max(TOKENS_PER_REQUEST, tokens)

export const fullRate = (tokensPerSecond: number): Rate => {
  const full = atLeastOne(tokensPerSecond)
  return { full, limit: full, halvedAt: Number.NEGATIVE_INFINITY, grownAt: Number.NEGATIVE_INFINITY }
}

/**
 * Halves the rate after a 429 to a request that was sent at `sentAt`. Requests that were sent before the rate
 * was last halved, or within a second after that, met a bucket that the faster rate had emptied: they change
 * nothing.
 */
export const afterRefusal = (rate: Rate, sentAt: number, now: number): Rate =>
  sentAt < rate.halvedAt + BURST_MILLIS
    ? rate
    : { ...rate, limit: atLeastOne(rate.limit / 2), halvedAt: now, grownAt: now }

/** Increases the rate after an answer that is no 429, by one step a second. A pause adds no steps. */
export const afterAnswer = (rate: Rate, now: number): Rate =>
  rate.limit === rate.full || now < rate.grownAt + STEP_MILLIS
    ? rate
    : { ...rate, limit: Math.min(rate.full, rate.limit + rate.full / STEPS), grownAt: now }
