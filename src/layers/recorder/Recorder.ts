/** The Recorder over KalshiApi, ObservationLog and MarketSets. */

import { Clock, Effect, Layer, Option, Ref } from "effect"
import { isAskable } from "../../domain/ask/batch.ts"
import type { FeedContext } from "../../domain/ask/feed.ts"
import type { FeedRequest } from "../../domain/ask/request.ts"
import { CollectionRuns } from "../../services/CollectionRuns.ts"
import { MarketSets } from "../../services/MarketSets.ts"
import { type FeedSlot, Recorder } from "../../services/Recorder.ts"
import { Timekeeper } from "../../services/Timekeeper.ts"
import * as BatchWalk from "./batch-walk.ts"
import { clockWarning } from "./exchange-clock.ts"
import * as ListingWalk from "./ListingWalk.ts"
import type { ListingPage } from "./listing-pages.ts"
import { warningAbout } from "./listing-warnings.ts"
import type { Refusal } from "./refusal.ts"
import { addPage, emptyTally, outcomeOf, type RunTally } from "./run-tally.ts"
import { unseen } from "./tier-boundary.ts"

/** The number of requests of one feed that are under way at a time. More would only wait for the budget. */
const REQUESTS_AT_A_TIME = 4

export const make = Effect.gen(function* () {
  const runs = yield* CollectionRuns
  const marketSets = yield* MarketSets
  const timekeeper = yield* Timekeeper
  const walk = yield* ListingWalk.make
  const warnOfClock = yield* clockWarning

  const contextOf = ({ feed, since, slot }: FeedSlot) =>
    Effect.gen(function* () {
      const last = Option.getOrUndefined(yield* runs.lastComplete(feed.name, slot))
      const watermark = last?.watermark ?? undefined
      const begun = Option.getOrElse(yield* runs.firstTaken(feed.name, slot), () => slot)
      const { marketSet } = feed
      const tickers =
        marketSet === undefined
          ? []
          : yield* marketSets.tickers({ feed: feed.name, marketSet, slot, watermark })
      return { slot, begun, since, watermark, tickers } satisfies FeedContext
    })

  const earlierRuns = ({ feed, slot }: FeedSlot) =>
    feed.steady === true
      ? Effect.all({
          sound: Effect.map(runs.lastSound(feed.name, slot), Option.getOrUndefined),
          last: Effect.map(runs.lastComplete(feed.name, slot), Option.getOrUndefined)
        })
      : Effect.succeed(undefined)

  /** The walks of one run, and the tally that they keep. */
  const walksOf = ({ feed, slot }: FeedSlot, onPage: (tally: RunTally) => Effect.Effect<void>) =>
    Effect.gen(function* () {
      const tally = yield* Ref.make(emptyTally)
      const count = (page: ListingPage) =>
        Ref.updateAndGet(tally, addPage(page, slot)).pipe(
          Effect.flatMap(onPage),
          Effect.zipRight(timekeeper.compare(page.response)),
          Effect.zipRight(warnOfClock(page.response))
        )
      const walkOne = (request: FeedRequest, onPage: ListingWalk.OnPage) =>
        walk(request, { feed: feed.name, slot, background: feed.background ?? false }, onPage)
      const onRefused = (refusal: Refusal) =>
        Ref.update(tally, (before) => ({ ...before, refusals: [...before.refusals, refusal] }))
      const batches = BatchWalk.make({
        walk: walkOne,
        onPage: count,
        // A request that is refused does not end the others: what they ask for may be gone tomorrow.
        onRefused,
        onMissing: (parts) =>
          Ref.update(tally, (before) => ({ ...before, missingParts: [...before.missingParts, ...parts] }))
      })

      const walkAll = (context: FeedContext) =>
        Effect.suspend(() => {
          const askable = context.tickers.filter(isAskable)
          batches.giveUp(context.tickers.filter((ticker) => !isAskable(ticker)))
          return Effect.forEach(feed.requests({ ...context, tickers: askable }), batches.ask, {
            discard: true,
            concurrency: REQUESTS_AT_A_TIME
          })
        })

      /** Records one extra request, which has none of the listing's items, and returns its body. */
      const ask = (request: FeedRequest) =>
        Effect.gen(function* () {
          let body = Option.none<Uint8Array>()
          const { refusal } = yield* walkOne(request, (page) => {
            if (Option.isNone(page.refused)) body = Option.some(page.response.body)
            return count({ ...page, items: 0, unquoted: 0 })
          })
          if (refusal !== undefined) yield* onRefused(refusal)
          return body
        })

      return { tally, coverage: batches.coverage, walkAll, ask }
    })

  const run: Recorder["Type"]["run"] = (taken, onPage = () => Effect.void) =>
    Effect.gen(function* () {
      const { feed, interval, slot } = taken
      const { ask, coverage, tally, walkAll } = yield* walksOf(taken, ({ failedAttempts, items, pages }) =>
        onPage({ feed: feed.name, pages, items, failedAttempts })
      )
      const work = Effect.gen(function* () {
        const context = yield* contextOf(taken)
        yield* walkAll(context)
        return {
          unseen: yield* unseen(feed.reach?.(context), slot, ask),
          warning: warningAbout({ ...(yield* Ref.get(tally)), slot }, yield* earlierRuns(taken))
        }
      })
      const startedAt = yield* Clock.currentTimeMillis
      const outcome = yield* runs.bracket({ feed: feed.name, slot, interval }, work, (exit) =>
        Effect.zipWith(Ref.get(tally), coverage, (made, names) => outcomeOf(made, names, exit, slot))
      )
      const endedAt = yield* Clock.currentTimeMillis
      yield* Effect.logDebug(
        `started ${startedAt - slot * 1000} ms after the slot, took ${endedAt - startedAt} ms, ${outcome.failedAttempts} failed attempts`
      )
      return outcome
    }).pipe(Effect.withSpan("Recorder.run", { attributes: { feed: taken.feed.name, slot: taken.slot } }))

  return Recorder.of({ run })
})

export const layer = Layer.effect(Recorder, make)
