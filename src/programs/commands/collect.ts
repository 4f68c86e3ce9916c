import { Command, Options } from "@effect/cli"
import { Effect } from "effect"
import { WrongUsage } from "../../domain/errors.ts"
import type { Feed } from "../../domain/feed.ts"
import { feeds as allFeeds } from "../../domain/feeds/all.ts"
import { MARKETS_FEED } from "../../domain/feeds/markets.ts"
import { nowSeconds } from "../../layers/now.ts"
import { Backfill } from "../../services/Backfill.ts"
import { Collector } from "../../services/Collector.ts"
import { recording } from "../compose.ts"
import { collectorEvents, conclude, logBackfill, logOutcome } from "../outcomes.ts"
import { rebuildIfOutdated, recover } from "../prepare.ts"
import * as settings from "../settings.ts"
import { withProgress } from "../terminal/progress.ts"

const names = allFeeds.map(({ name }) => name).join(",")

const interval = Options.text("interval").pipe(
  Options.withDescription(
    "Pace of the markets feed, which brings the prices: 5s, 15m, 1h; slots lie on its boundaries"
  ),
  Options.withDefault("15m")
)
const feeds = Options.text("feeds").pipe(
  Options.withDescription(`Which feeds, comma-separated: ${names}`),
  Options.withDefault(names)
)
const once = Options.boolean("once").pipe(Options.withDescription("One slot of every chosen feed, then exit"))
const since = Options.text("since").pipe(
  Options.withDescription("How far back a first walk of settlements goes: a time or an age (default 24h)"),
  Options.optional
)

const parseFeeds = (text: string): Effect.Effect<ReadonlyArray<Feed>, WrongUsage> =>
  Effect.forEach([...new Set(text.split(",").map((name) => name.trim()))], (name) => {
    const feed = allFeeds.find((known) => known.name === name)
    return feed === undefined
      ? new WrongUsage({ why: `there is no feed "${name}"; the feeds are ${names}` })
      : Effect.succeed(feed)
  })

export const collect = Command.make(
  "collect",
  { dataDir: settings.dataDir, json: settings.json, interval, feeds, once, since, ...settings.exchange },
  ({ json, ...options }) =>
    Effect.gen(function* () {
      const pace = yield* settings.parseInterval(options.interval)
      const chosen = yield* parseFeeds(options.feeds)
      const from = yield* settings.parseSince(options.since, yield* nowSeconds)
      const first = from === undefined ? {} : { since: from }
      yield* Effect.gen(function* () {
        const collector = yield* Collector
        yield* rebuildIfOutdated
        yield* recover
        if (options.once) {
          const outcomes = yield* withProgress("recording", "items", (progress) =>
            Effect.flatMap(
              collectorEvents(
                chosen.map(({ name }) => name),
                progress
              ),
              (events) => collector.once(chosen, { ...events, ...first })
            )
          )
          return yield* conclude(json, outcomes)
        }
        const timed = chosen.map((feed) => ({
          feed,
          interval: feed.name === MARKETS_FEED ? pace : feed.everySeconds
        }))
        yield* Effect.logInfo(
          `recording ${options.apiUrl} into ${options.dataDir}; Ctrl-C stops with everything committed`
        )
        const backfill = yield* Backfill
        // Whichever dies takes the process with it.
        return yield* Effect.raceFirst(
          collector.run(timed, { onPage: () => Effect.void, onOutcome: logOutcome, ...first }),
          backfill.serve(logBackfill)
        )
      }).pipe(Effect.provide(recording({ ...options, program: "collect" })))
    })
).pipe(Command.withDescription("Records the exchange: once, or slot after slot until stopped"))
