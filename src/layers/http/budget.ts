/**
 * The exchange's read budget: tokens a second, shared by all feeds, first come first served.
 *
 * A request's tokens come back one second after its answer has begun. The server must have counted the
 * request by then, so no one-second window of the server's holds more than the budget, whatever the
 * network or a busy event loop did to the spacing in between. (Effect's RateLimiter starts full and
 * measures departures: 38 requests were seen in one second on a limit of 20.)
 */
import { Effect } from "effect"

/** What the exchange charges for a GET; `/account/endpoint_costs` names the exceptions. */
export const TOKENS_PER_REQUEST = 10

/** A second, and a margin for timers that fire a millisecond early. */
const WINDOW = "1010 millis"

export interface Budget {
  /** Runs a request once its tokens are free; `self` must end when the answer's headers have come. */
  readonly spend: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

export const make = (tokensPerSecond: number): Effect.Effect<Budget> =>
  Effect.map(Effect.makeSemaphore(Math.max(tokensPerSecond, TOKENS_PER_REQUEST)), (tokens) => ({
    spend: (self) =>
      Effect.acquireUseRelease(
        tokens.take(TOKENS_PER_REQUEST),
        () => self,
        (taken) => Effect.forkDaemon(Effect.delay(tokens.release(taken), WINDOW))
      )
  }))
