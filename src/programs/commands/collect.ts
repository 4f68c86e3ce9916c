import { Effect } from "effect"
import type { Feed } from "../../domain/ask/feed.ts"
import { feeds as allFeeds } from "../../domain/ask/feeds/all.ts"
import { candlesticks, candlesticksOf } from "../../domain/ask/feeds/candlesticks.ts"
import { type BookChoice, orderbooks, orderbooksOf } from "../../domain/ask/feeds/orderbooks.ts"
import { MARKETS_FEED } from "../../domain/endpoints.ts"
import type { Period } from "../../domain/units/period.ts"
import type { SlotSeconds } from "../../domain/units/time.ts"
import { nowSeconds } from "../../layers/clock/now.ts"
import { firstOf } from "../../layers/effects/first-of.ts"
import { BackfillRunner } from "../../services/BackfillRunner.ts"
import { Collector, type FeedOutcome } from "../../services/Collector.ts"
import { signer } from "../cli/credentials.ts"
import { type Maintaining, maintainBeside } from "../cli/maintaining.ts"
import { pastOf } from "../cli/moments.ts"
import { collectorEvents, conclude, logBackfill, logOutcome, withFarewell } from "../cli/outcomes.ts"
import { rebuildIfOutdated, recover } from "../cli/prepare.ts"
import { rebuildBeside } from "../cli/rebuild.ts"
import { recording } from "../cli/recording.ts"
import type { Values } from "../definitions/collect.ts"
import { withProgress } from "../terminal/progress.ts"

/** Replaces a feed by what the user has chosen about it. Each period of candles is a feed of its own. */
const configured =
  (books: BookChoice, periods: ReadonlyArray<Period>) =>
  (feed: Feed): ReadonlyArray<Feed> => {
    if (feed.name === orderbooks.name) return [orderbooksOf(books)]
    return feed.name === candlesticks.name ? periods.map(candlesticksOf) : [feed]
  }

/**
 * Finds the feeds of the given names. A test checks that the option accepts exactly the names of the feeds.
 */
const named = (names: Values["feeds"]): ReadonlyArray<Feed> =>
  names.flatMap((name) => allFeeds.filter((feed) => feed.name === name))

interface Wanted {
  readonly feeds: ReadonlyArray<Feed>
  /** How far back the first walk of a feed reaches. */
  readonly first: { readonly since?: SlotSeconds }
}

const once = (json: boolean, { feeds, first }: Wanted) =>
  Effect.gen(function* () {
    const collector = yield* Collector
    const outcomes = yield* withProgress("recording", "items", (progress) =>
      Effect.flatMap(
        collectorEvents(
          feeds.map(({ name }) => name),
          progress
        ),
        (events) => collector.once(feeds, { ...events, ...first })
      )
    )
    yield* rebuildIfOutdated
    yield* conclude(json, outcomes)
  })

const slotAfterSlot = (
  { feeds, first }: Wanted,
  { interval, ...maintaining }: Maintaining & Pick<Values, "interval">,
  onOutcome: (outcome: FeedOutcome) => Effect.Effect<void>
) =>
  Effect.gen(function* () {
    const [collector, backfill] = [yield* Collector, yield* BackfillRunner]
    const timed = feeds.map((feed) => ({
      feed,
      interval: feed.name === MARKETS_FEED ? interval : feed.everySeconds
    }))
    // If the collector or the backfill service fails, the process ends.
    return yield* firstOf(
      collector.run(timed, {
        onPage: () => Effect.void,
        onOutcome: (outcome) => Effect.zipRight(logOutcome(outcome), onOutcome(outcome)),
        ...first
      }),
      // A backfill asks about what it finds in the tables, and a flush takes the rows that are there.
      Effect.zipRight(
        rebuildBeside(maintaining.dataDir),
        firstOf(backfill.serve(logBackfill), maintainBeside(maintaining))
      )
    )
  })

export const run = ({ json, ...options }: Values) =>
  Effect.gen(function* () {
    const feeds = named(options.feeds).flatMap(configured(options.books, options.candles))
    const from = yield* pastOf("--since", options.since, yield* nowSeconds)
    const wanted: Wanted = { feeds, first: from === undefined ? {} : { since: from } }
    const directory = recording({ ...options, signer: yield* signer, program: "collect" })
    if (options.once)
      return yield* Effect.zipRight(recover, once(json, wanted)).pipe(Effect.provide(directory))

    return yield* withFarewell((onOutcome) =>
      recover.pipe(
        Effect.zipRight(
          Effect.logInfo(
            `recording ${options.apiUrl} into ${options.dataDir}; Ctrl-C stops with everything committed`
          )
        ),
        Effect.zipRight(slotAfterSlot(wanted, options, onOutcome)),
        Effect.provide(directory)
      )
    )
  })
