/** The Collector over Recorder, Scheduler and Projector. */
import { Duration, Effect, Layer, Option, Queue } from "effect"
import type { Feed } from "../../domain/ask/feed.ts"
import { readAfter } from "../../domain/ask/market-sets.ts"
import { isOfAnotherVersion } from "../../domain/tables-failure.ts"
import { type SlotSeconds, slotText } from "../../domain/units/time.ts"
import { CollectionRuns } from "../../services/CollectionRuns.ts"
import { Collector, type CollectorEvents, type ScheduledFeed } from "../../services/Collector.ts"
import { Projector } from "../../services/Projector.ts"
import { Recorder } from "../../services/Recorder.ts"
import { Scheduler } from "../../services/Scheduler.ts"
import { now, nowSeconds } from "../clock/now.ts"
import { firstOf } from "../effects/first-of.ts"
import { within } from "../effects/time-limit.ts"
import { makeFollow } from "./following.ts"
import * as WalkBarrier from "./walk-barrier.ts"

/** With one slot of every feed, each awaited walk ends, so nothing else needs to end the wait. */
const ONCE = { interval: 1, last: undefined, patience: "1 hour" } as const

/**
 * How long a slot that asks about the markets in the tables waits for the tables to catch up. After that it
 * asks about the markets that they have.
 */
const TABLES_PATIENCE = "1 minute"

/** The share of the five seconds of a shutdown that is spent on bringing the tables up to the log. */
const LAST_CATCH_UP = "3 seconds"

type Options = CollectorEvents & { readonly since?: SlotSeconds }

/** The barriers behind the walks that feeds wait for, by the names of the walked feeds. */
type Barriers = ReadonlyMap<string, WalkBarrier.WalkBarrier>

const walksBefore = ({ marketSet }: Feed) => (marketSet === undefined ? [] : readAfter[marketSet])

export const make = Effect.gen(function* () {
  const runs = yield* CollectionRuns
  const recorder = yield* Recorder
  const scheduler = yield* Scheduler
  const projector = yield* Projector
  const follow = yield* makeFollow(projector)

  /** Brings the tables up to the log after each page. Pages that come meanwhile are one wake-up. */
  const follower = Effect.map(Queue.sliding<void>(1), (pages) => ({
    wake: Effect.asVoid(Queue.offer(pages, undefined)),
    following: Effect.forever(Effect.zipRight(Queue.take(pages), follow))
  }))

  /** Waits for the walks that a feed's market set is read after, and for their rows to be in the tables. */
  const ready = (feed: Feed, slot: SlotSeconds, barriers: Barriers) =>
    feed.marketSet === undefined
      ? Effect.void
      : Effect.forEach(walksBefore(feed), (name) => barriers.get(name)?.awaitFor(slot) ?? Effect.void, {
          discard: true
        }).pipe(Effect.zipRight(within(TABLES_PATIENCE, Effect.void)(follow)))

  /** Runs a feed for a slot. Its log lines carry feed and slot, its metrics the feed. */
  const runner =
    (wake: Effect.Effect<void>, barriers: Barriers, { onOutcome, onPage, since }: Options) =>
    (feed: Feed, slot: SlotSeconds, interval: number | null) =>
      ready(feed, slot, barriers).pipe(
        Effect.zipRight(
          recorder.run({ feed, slot, interval, ...(since === undefined ? {} : { since }) }, (progress) =>
            Effect.zipRight(wake, onPage(progress))
          )
        ),
        Effect.map((outcome) => ({ ...outcome, feed: feed.name, slot })),
        Effect.tap(onOutcome),
        Effect.tap(() => barriers.get(feed.name)?.pass(slot) ?? Effect.void),
        Effect.annotateLogs({ feed: feed.name, slot: slotText(slot) }),
        Effect.tagMetrics("feed", feed.name)
      )

  const scheduledBarrier = ({ feed, interval }: ScheduledFeed) =>
    Effect.gen(function* () {
      const last = yield* runs.lastComplete(feed.name, yield* nowSeconds)
      return yield* WalkBarrier.make({
        interval,
        last: Option.getOrUndefined(last)?.slot,
        patience: Duration.seconds(interval)
      })
    })

  /** Makes barriers for those of the feeds that others wait for. */
  const barriersFor = <E>(
    feeds: ReadonlyArray<ScheduledFeed>,
    make: (feed: ScheduledFeed) => Effect.Effect<WalkBarrier.WalkBarrier, E>
  ): Effect.Effect<Barriers, E> => {
    const names = new Set(feeds.flatMap(({ feed }) => walksBefore(feed)))
    return Effect.forEach(
      feeds.filter(({ feed }) => names.has(feed.name)),
      (one) => Effect.map(make(one), (barrier) => [one.feed.name, barrier] as const)
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
      const barriers = yield* barriersFor(
        feeds.map((feed) => ({ feed, interval: ONCE.interval })),
        () => WalkBarrier.make(ONCE)
      )
      const run = runner(wake, barriers, options)
      const slot = yield* scheduler.freeSlot(feeds.map(({ name }) => name))
      const running = Effect.forEach(feeds, (feed) => run(feed, slot, null), { concurrency: "unbounded" })
      const outcomes = yield* firstOf(running, following)
      // Outdated tables follow the log again when the caller has rebuilt them.
      yield* Effect.catchIf(projector.catchUp(), isOfAnotherVersion, () => Effect.void)
      return outcomes
    })

  const run: Collector["Type"]["run"] = (feeds, options) =>
    Effect.gen(function* () {
      const { following, wake } = yield* follower
      const barriers = yield* barriersFor(feeds, scheduledBarrier)
      const run = runner(wake, barriers, options)
      const schedules = feeds.map(({ feed, interval }) =>
        scheduler.run({
          feed: feed.name,
          interval,
          take: (slot) => Effect.asVoid(run(feed, slot, interval))
        })
      )
      // The first that fails ends the others, and the process.
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
