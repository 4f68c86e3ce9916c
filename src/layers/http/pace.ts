/**
 * How much of the budget is used: all of it until the exchange says 429, then half, and back to all of it
 * step by step while answers come (additive increase, multiplicative decrease, as in TCP). The unsigned
 * limit is nowhere documented and shared with whoever is behind the same address, so it has to be felt for.
 * Times are milliseconds of one clock that never goes back.
 */

/** What the exchange charges for a GET; `/account/endpoint_costs` names the exceptions. */
export const TOKENS_PER_REQUEST = 10

const BURST_MILLIS = 1000
const STEP_MILLIS = 1000
/** From half of the budget to all of it takes ten seconds of answers, from the floor twenty at most. */
const STEPS = 20

export interface Pace {
  /** Tokens a second that may be used at the best of times. */
  readonly full: number
  /** Tokens a second that may be used now. */
  readonly limit: number
  readonly halvedAt: number
  readonly grownAt: number
}

/** A request a second goes through whatever the setting, and whatever the exchange says. */
const atLeastOne = (tokens: number): number => Math.max(TOKENS_PER_REQUEST, tokens)

export const fullPace = (tokensPerSecond: number): Pace => {
  const full = atLeastOne(tokensPerSecond)
  return { full, limit: full, halvedAt: Number.NEGATIVE_INFINITY, grownAt: Number.NEGATIVE_INFINITY }
}

/**
 * After a 429 to a request sent at `sentAt`. Requests that were on their way when the pace was halved, or
 * left within a second of it, met a bucket that the faster pace had emptied: they halve nothing again.
 */
export const refused = (pace: Pace, sentAt: number, now: number): Pace =>
  sentAt < pace.halvedAt + BURST_MILLIS
    ? pace
    : { ...pace, limit: atLeastOne(pace.limit / 2), halvedAt: now, grownAt: now }

/** After an answer that is no 429: a step a second, and no more after a pause, for nothing was learned in it. */
export const answered = (pace: Pace, now: number): Pace =>
  pace.limit === pace.full || now < pace.grownAt + STEP_MILLIS
    ? pace
    : { ...pace, limit: Math.min(pace.full, pace.limit + pace.full / STEPS), grownAt: now }
