/** The Collector over Recorder, Scheduler and Projector. */
import { Duration, Effect, Layer, Option, Queue } from "effect"
import type { Feed } from "../../domain/ask/feed.ts"
import { readAfter } from "../../domain/ask/market-sets.ts"
import type { SlotSeconds } from "../../domain/units/time.ts"
import { CollectionRuns } from "../../services/CollectionRuns.ts"
import { Collector, type CollectorEvents, type Timed } from "../../services/Collector.ts"
import { Projector } from "../../services/Projector.ts"
import { Recorder } from "../../services/Recorder.ts"
import { Scheduler } from "../../services/Scheduler.ts"
import { now, nowSeconds } from "../clock/now.ts"
import { firstOf } from "../effects/first-of.ts"
import { within } from "../effects/time-limit.ts"
import { makeFollow } from "./following.ts"
import * as Listings from "./listings.ts"

/** With one slot of every feed, the listing comes or fails: nothing else ends the wait. */
const ONCE = { interval: 1, last: undefined, patience: "1 hour" } as const

/**
 * How long a slot that asks about the markets in the tables waits for the tables to catch up. After that it
 * asks about the markets that they have.
 */
const TABLES_PATIENCE = "1 minute"

/** Of the five seconds that a stop may take, what the tables get. */
const LAST_CATCH_UP = "3 seconds"

type Options = CollectorEvents & { readonly since?: SlotSeconds }

/** By the names of their feeds. */
type ListingsOf = ReadonlyMap<string, Listings.Listings>

export const make = Effect.gen(function* () {
  const runs = yield* CollectionRuns
  const recorder = yield* Recorder
  const scheduler = yield* Scheduler
  const projector = yield* Projector
  const follow = yield* makeFollow(projector)

  /** Reads on whenever a page has come; pages that come meanwhile are one wake-up. */
  const follower = Effect.map(Queue.sliding<void>(1), (pages) => ({
    wake: Effect.asVoid(Queue.offer(pages, undefined)),
    following: Effect.forever(Effect.zipRight(Queue.take(pages), follow))
  }))

  /** A roster is read from the tables, so the walks that it waits for must be in them. */
  const ready = ({ marketSet }: Feed, slot: SlotSeconds, listings: ListingsOf) =>
    marketSet === undefined
      ? Effect.void
      : Effect.forEach(readAfter[marketSet], (name) => listings.get(name)?.awaitFor(slot) ?? Effect.void, {
          discard: true
        }).pipe(Effect.zipRight(within(TABLES_PATIENCE, Effect.void)(follow)))

  const taker =
    (wake: Effect.Effect<void>, listings: ListingsOf, { onOutcome, onPage, since }: Options) =>
    (feed: Feed, slot: SlotSeconds, interval: number | null) =>
      ready(feed, slot, listings).pipe(
        Effect.zipRight(
          recorder.run({ feed, slot, interval, ...(since === undefined ? {} : { since }) }, (recorded) =>
            Effect.zipRight(wake, onPage(recorded))
          )
        ),
        Effect.map((outcome) => ({ ...outcome, feed: feed.name, slot })),
        Effect.tap(onOutcome),
        Effect.tap(() => listings.get(feed.name)?.ended(slot) ?? Effect.void)
      )

  const listingsEvery = (name: string, interval: number) =>
    Effect.flatMap(
      Effect.flatMap(nowSeconds, (now) => runs.lastComplete(name, now)),
      (last) =>
        Listings.make({
          interval,
          last: Option.getOrUndefined(last)?.slot,
          patience: Duration.seconds(interval)
        })
    )

  /** Of those feeds that others wait for. */
  const awaited = <E>(
    feeds: ReadonlyArray<Timed>,
    make: (feed: Timed) => Effect.Effect<Listings.Listings, E>
  ): Effect.Effect<ListingsOf, E> => {
    const names = new Set(
      feeds.flatMap(({ feed }) => (feed.marketSet === undefined ? [] : readAfter[feed.marketSet]))
    )
    return Effect.forEach(
      feeds.filter(({ feed }) => names.has(feed.name)),
      (timed) => Effect.map(make(timed), (listings) => [timed.feed.name, listings] as const)
    ).pipe(Effect.map((all) => new Map(all)))
  }

  const recover = Effect.gen(function* () {
    const closed = yield* runs.closeInterrupted(yield* now)
    if (closed > 0)
      yield* Effect.logWarning(
        `${closed === 1 ? "1 slot was" : `${closed} slots were`} cut short when the last recorder died`
      )
    yield* follow
  })

  const once: Collector["Type"]["once"] = (feeds, options) =>
    Effect.gen(function* () {
      const { following, wake } = yield* follower
      const listings = yield* awaited(
        feeds.map((feed) => ({ feed, interval: ONCE.interval })),
        () => Listings.make(ONCE)
      )
      const take = taker(wake, listings, options)
      const slot = yield* scheduler.freeSlot(feeds.map(({ name }) => name))
      const taking = Effect.forEach(feeds, (feed) => take(feed, slot, null), { concurrency: "unbounded" })
      const outcomes = yield* firstOf(taking, following)
      yield* projector.catchUp()
      return outcomes
    })

  const run: Collector["Type"]["run"] = (feeds, options) =>
    Effect.gen(function* () {
      const { following, wake } = yield* follower
      const listings = yield* awaited(feeds, ({ feed, interval }) => listingsEvery(feed.name, interval))
      const take = taker(wake, listings, options)
      const schedules = feeds.map(({ feed, interval }) =>
        scheduler.run({
          feed: feed.name,
          interval,
          take: (slot) => Effect.asVoid(take(feed, slot, interval))
        })
      )
      // All of them or none: the first that fails takes the others, and the process, with it.
      yield* Effect.all([following, ...schedules], { concurrency: "unbounded", discard: true })
      return yield* Effect.never
    }).pipe(
      Effect.onInterrupt(() =>
        projector
          .catchUp()
          .pipe(Effect.interruptible, within(LAST_CATCH_UP, Effect.void), Effect.ignoreLogged)
      )
    )

  return Collector.of({ recover, once, run })
})

export const layer = Layer.effect(Collector, make)
