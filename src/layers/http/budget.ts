/**
 * The exchange's read budget: tokens a second, shared by all feeds in turns.
 *
 * A request's tokens come back one second after its answer has begun. The server must have counted the
 * request by then, so no one-second window of the server's holds more than the budget, whatever the
 * network or a busy event loop did to the spacing in between. (Effect's RateLimiter starts full and
 * measures departures: 38 requests were seen in one second on a limit of 20.) One that costs more than the
 * whole budget goes alone.
 *
 * A slow answer therefore holds its tokens for long. So that the background keeps nobody waiting after it has
 * been sent either, it never holds more than half of the budget, or a single request where that is more.
 */
import { Deferred, Effect, type Scope } from "effect"
import { makeLine, type Waiting } from "./line.ts"
import { monotonicMillis } from "./monotonic.ts"
import { answered, fullPace, refused } from "./pace.ts"

/** A second, and a margin for timers that fire a millisecond early. */
const WINDOW = "1010 millis"

/** Of two requests or more, half leaves room for one that is not in the background. */
const BACKGROUND_SHARE = 1 / 2

/** What an answer says of the pace; `nothing` when the exchange is in trouble of its own. */
export type Verdict = "too fast" | "fine" | "nothing"

export interface Asking extends Waiting {
  /** What the exchange charges for this request. */
  readonly tokens: number
}

export interface Budget {
  /**
   * Runs a request once its tokens are free; `self` must end when the answer's headers have come.
   * Interrupted in the line, it leaves at once and costs nothing.
   */
  readonly spend: <A, E, R>(
    asking: Asking,
    self: Effect.Effect<A, E, R>,
    verdict?: (answer: A) => Verdict
  ) => Effect.Effect<A, E, R>
  /** From now on the budget is another one, and all of it may be used. */
  readonly grant: (tokensPerSecond: number) => Effect.Effect<void>
  /** Tokens a second that may be used at present. */
  readonly limit: Effect.Effect<number>
}

/** A place in the line; that its turn came is written here at once, so no interruption can lose the tokens. */
interface Place extends Asking {
  readonly turn: Deferred.Deferred<void>
  paid: boolean
}

/** One that is dearer than all the room there is goes when nothing else is out, or it would never go. */
const fits = (tokens: number, out: number, room: number): boolean => out === 0 || out + tokens <= room

/** Effect's semaphore lets a newcomer pass those who wait, and cannot be left while waiting in `acquireUseRelease`. */
export const make = (tokensPerSecond: number): Effect.Effect<Budget, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    let pace = fullPace(tokensPerSecond)
    let out = 0
    /** The part of `out` that is the background's. */
    let outBehind = 0
    const line = makeLine<Place>()

    const hold = ({ background, tokens }: Asking) => {
      out += tokens
      if (background) outBehind += tokens
    }

    const release = ({ background, tokens }: Asking) => {
      out -= tokens
      if (background) outBehind -= tokens
    }

    const mayGo = ({ background, tokens }: Asking) =>
      fits(tokens, out, pace.limit) && (!background || fits(tokens, outBehind, pace.limit * BACKGROUND_SHARE))

    const serve = () => {
      for (let place = line.first(); place !== undefined; place = line.first()) {
        if (!mayGo(place)) return
        line.advance()
        hold(place)
        place.paid = true
        Deferred.unsafeDone(place.turn, Effect.void)
      }
    }

    const queue = (place: Place) =>
      Effect.sync(() => {
        line.enter(place)
        serve()
      }).pipe(Effect.zipRight(Deferred.await(place.turn)))

    const comeBack = (place: Place) =>
      Effect.sync(() => {
        release(place)
        serve()
      }).pipe(Effect.delay(WINDOW), Effect.interruptible, Effect.forkIn(scope), Effect.asVoid)

    const leave = (place: Place) =>
      Effect.suspend(() => {
        if (place.paid) return comeBack(place)
        line.leave(place)
        // A dear one in front may have held up cheap ones behind it.
        return Effect.sync(serve)
      })

    const heed = (verdict: Verdict, sentAt: number) =>
      Effect.map(monotonicMillis, (now) => {
        if (verdict === "too fast") pace = refused(pace, sentAt, now)
        if (verdict === "fine") pace = answered(pace, now)
        serve()
      })

    return {
      spend: (asking, self, verdict = () => "nothing") =>
        Effect.flatMap(Deferred.make<void>(), (turn) => {
          const place: Place = { ...asking, turn, paid: false }
          return queue(place).pipe(
            Effect.zipRight(monotonicMillis),
            Effect.flatMap((sentAt) => Effect.tap(self, (answer) => heed(verdict(answer), sentAt))),
            Effect.ensuring(leave(place))
          )
        }),
      grant: (granted) =>
        Effect.sync(() => {
          pace = fullPace(granted)
          serve()
        }),
      limit: Effect.sync(() => pace.limit)
    }
  })
