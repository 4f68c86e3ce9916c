/** Records some hours of a local exchange, one slot after the other without waiting. */
import { Clock, Effect } from "effect"
import { feeds } from "../../domain/ask/feeds/all.ts"
import { simulatedClock } from "../../layers/clock/simulated-clock.ts"
import { Collector } from "../../services/Collector.ts"
import { serve } from "../../simulator/http/server.ts"
import { recording } from "../cli/recording.ts"
import { withProgress } from "../terminal/progress.ts"
import { stepping } from "./stepping.ts"

/** The number of simulated markets. With it, some hundreds settle within a few hours. */
export const MARKETS = 800
const HOUR_SECONDS = 3600
const INTERVAL_SECONDS = 900

const timed = feeds
  .filter(({ onDemand }) => onDemand !== true)
  .map((feed) => ({ feed, interval: Math.max(feed.everySeconds, INTERVAL_SECONDS) }))

/** Records the given number of hours; returns the number of slots taken. */
export const record = (dataDir: string, hours: number) =>
  Effect.gen(function* () {
    // The recording begins one minute after a full hour, and ends one minute before the current hour.
    const startsAt =
      (Math.floor((yield* Clock.currentTimeMillis) / 1000 / HOUR_SECONDS) - hours) * HOUR_SECONDS + 60
    const simulated = yield* simulatedClock(startsAt * 1000)
    const until = startsAt + hours * HOUR_SECONDS - 120
    const slots = hours * (HOUR_SECONDS / INTERVAL_SECONDS)
    return yield* withProgress("recording", "quarters of an hour", ({ at }) =>
      Effect.gen(function* () {
        const { url } = yield* serve({ markets: MARKETS, seed: 1, speed: 1, faults: [] })
        const { layer, over } = yield* stepping(simulated, {
          jobs: timed.length,
          until,
          onStep: (slot) => at(Math.floor((slot - startsAt) / INTERVAL_SECONDS), slots)
        })
        const options = { dataDir, program: "demo", apiUrl: url, allowOtherExchange: false }
        const layers = recording({ ...options, readTokensPerSecond: 1_000_000, scheduler: layer })
        let complete = 0
        yield* Effect.gen(function* () {
          const collector = yield* Collector
          const recorder = collector.run(timed, {
            onPage: () => Effect.void,
            onOutcome: ({ status }) =>
              Effect.sync(() => {
                if (status === "complete") complete++
              })
          })
          yield* Effect.raceFirst(recorder, over)
        }).pipe(Effect.provide(layers))
        return complete
      }).pipe(Effect.scoped, Effect.withClock(simulated.clock))
    )
  })
