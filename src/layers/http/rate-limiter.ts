/**
 * Limits requests to the exchange's read budget: tokens a second, shared by all feeds in turns.
 *
 * The tokens of a request come back one second after its answer has begun. The server has counted the request by
 * then, so no window of one second at the server holds more than the budget, whatever the network or a busy
 * event loop did to the spacing in between. (Effect's RateLimiter starts full and measures departures: 38
 * requests were seen in one second on a limit of 20.)
 *
 * A slow answer therefore holds its tokens for long. So that sent requests of the background delay nothing else,
 * the background never holds more than half of the budget, or a single request if that costs more.
 */
import { Deferred, Effect, type Scope } from "effect"
import { afterAnswer, afterRefusal, fullRate } from "./aimd.ts"
import { makeFairQueue, type QueueEntry } from "./fair-queue.ts"
import { monotonicMillis } from "./monotonic.ts"

/** A second, and a margin for timers that fire a millisecond early. */
const WINDOW = "1010 millis"

/** Half of a budget of two requests or more leaves room for one that is not in the background. */
const BACKGROUND_SHARE = 1 / 2

/** The meaning of an answer for the rate; `nothing` for an error of the exchange's server. */
export type RateVerdict = "too fast" | "fine" | "nothing"

export interface RateRequest extends QueueEntry {
  /** The price of the request. */
  readonly tokens: number
}

export interface RateLimiter {
  /**
   * Runs a request once its tokens are free. `self` must end when the answer's headers have come. A request that
   * is interrupted while it waits costs nothing.
   */
  readonly spend: <A, E, R>(
    request: RateRequest,
    self: Effect.Effect<A, E, R>,
    verdict?: (answer: A) => RateVerdict
  ) => Effect.Effect<A, E, R>
  /** Changes the budget, all of which may be used from now on. */
  readonly grant: (tokensPerSecond: number) => Effect.Effect<void>
  /** The tokens a second that may be used at present. */
  readonly limit: Effect.Effect<number>
}

/** A queue entry. `paid` is set synchronously, so that an interruption cannot lose the tokens. */
interface Entry extends RateRequest {
  readonly turn: Deferred.Deferred<void>
  paid: boolean
}

/** Tells whether a request fits. One that costs more than the whole budget runs alone. */
const fits = (tokens: number, out: number, room: number): boolean => out === 0 || out + tokens <= room

/**
 * Effect's semaphore would let a newcomer pass the requests that wait, and a request that waits in
 * `acquireUseRelease` could not be interrupted.
 */
export const make = (tokensPerSecond: number): Effect.Effect<RateLimiter, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    let rate = fullRate(tokensPerSecond)
    /** The tokens that sent requests hold, and the background's part of them. */
    let out = 0
    let outInBackground = 0
    const queue = makeFairQueue<Entry>()

    const hold = ({ background }: RateRequest, tokens: number) => {
      out += tokens
      if (background) outInBackground += tokens
    }

    const mayGo = ({ background, tokens }: RateRequest) =>
      fits(tokens, out, rate.limit) &&
      (!background || fits(tokens, outInBackground, rate.limit * BACKGROUND_SHARE))

    const serve = () => {
      for (let entry = queue.peek(); entry !== undefined && mayGo(entry); entry = queue.peek()) {
        queue.take()
        hold(entry, entry.tokens)
        entry.paid = true
        Deferred.unsafeDone(entry.turn, Effect.void)
      }
    }

    const wait = (entry: Entry) =>
      Effect.sync(() => {
        queue.add(entry)
        serve()
      }).pipe(Effect.zipRight(Deferred.await(entry.turn)))

    const giveBack = (entry: Entry) =>
      Effect.sync(() => {
        hold(entry, -entry.tokens)
        serve()
      }).pipe(Effect.delay(WINDOW), Effect.interruptible, Effect.forkIn(scope), Effect.asVoid)

    const leave = (entry: Entry) =>
      Effect.suspend(() => {
        if (entry.paid) return giveBack(entry)
        queue.remove(entry)
        // An expensive request at the front may have held up cheap ones behind it.
        return Effect.sync(serve)
      })

    const learn = (verdict: RateVerdict, sentAt: number) =>
      Effect.map(monotonicMillis, (now) => {
        if (verdict === "too fast") rate = afterRefusal(rate, sentAt, now)
        if (verdict === "fine") rate = afterAnswer(rate, now)
        serve()
      })

    return {
      spend: (request, self, verdict = () => "nothing") =>
        Effect.flatMap(Deferred.make<void>(), (turn) => {
          const entry: Entry = { ...request, turn, paid: false }
          return wait(entry).pipe(
            Effect.zipRight(monotonicMillis),
            Effect.flatMap((sentAt) => Effect.tap(self, (answer) => learn(verdict(answer), sentAt))),
            Effect.ensuring(leave(entry))
          )
        }),
      grant: (granted) =>
        Effect.sync(() => {
          rate = fullRate(granted)
          serve()
        }),
      limit: Effect.sync(() => rate.limit)
    }
  })
