/**
 * The exchange's read budget: tokens a second, shared by all feeds, first come first served.
 *
 * A request's tokens come back one second after its answer has begun. The server must have counted the
 * request by then, so no one-second window of the server's holds more than the budget, whatever the
 * network or a busy event loop did to the spacing in between. (Effect's RateLimiter starts full and
 * measures departures: 38 requests were seen in one second on a limit of 20.)
 */
import { Deferred, Effect, type Scope } from "effect"

/** What the exchange charges for a GET; `/account/endpoint_costs` names the exceptions. */
export const TOKENS_PER_REQUEST = 10

/** A second, and a margin for timers that fire a millisecond early. */
const WINDOW = "1010 millis"

export interface Budget {
  /**
   * Runs a request once its tokens are free; `self` must end when the answer's headers have come.
   * Interrupted in the line, it leaves at once and costs nothing.
   */
  readonly spend: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** A place in the line; that its turn came is written here at once, so no interruption can lose the tokens. */
interface Place {
  readonly turn: Deferred.Deferred<void>
  paid: boolean
}

/** Effect's semaphore lets a newcomer pass those who wait, and cannot be left while waiting in `acquireUseRelease`. */
export const make = (tokensPerSecond: number): Effect.Effect<Budget, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    let free = Math.max(1, Math.floor(tokensPerSecond / TOKENS_PER_REQUEST))
    const line = new Set<Place>()

    const serve = () => {
      for (const place of line) {
        if (free === 0) return
        free -= 1
        place.paid = true
        line.delete(place)
        Deferred.unsafeDone(place.turn, Effect.void)
      }
    }

    const queue = (place: Place) =>
      Effect.sync(() => {
        line.add(place)
        serve()
      }).pipe(Effect.zipRight(Deferred.await(place.turn)))

    const comeBack = Effect.sync(() => {
      free += 1
      serve()
    }).pipe(Effect.delay(WINDOW), Effect.interruptible, Effect.forkIn(scope), Effect.asVoid)

    const leave = (place: Place) =>
      Effect.suspend(() => (place.paid ? comeBack : Effect.sync(() => line.delete(place))))

    return {
      spend: (self) =>
        Effect.flatMap(Deferred.make<void>(), (turn) => {
          const place: Place = { turn, paid: false }
          return queue(place).pipe(Effect.zipRight(self), Effect.ensuring(leave(place)))
        })
    }
  })
