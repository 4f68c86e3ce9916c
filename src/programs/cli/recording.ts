/** The layers of the service that records: a data directory, and the exchange that is recorded into it. */
import { Effect, Layer } from "effect"
import * as BackfillLive from "../../layers/backfill/BackfillRunner.ts"
import { steadyClock } from "../../layers/clock/steady.ts"
import * as TimekeeperLive from "../../layers/clock/Timekeeper.ts"
import * as CollectorLive from "../../layers/collector/Collector.ts"
import * as Http from "../../layers/http/KalshiApi.ts"
import type { Signer } from "../../layers/http/signing.ts"
import * as RecorderLive from "../../layers/recorder/Recorder.ts"
import * as SchedulerLive from "../../layers/scheduler/Scheduler.ts"
import * as SqliteMarketSets from "../../layers/sqlite/MarketSets.ts"
import * as SqliteBackfillJobs from "../../layers/sqlite/records/BackfillJobs.ts"
import { claim } from "../../layers/sqlite/records/exchange-identity.ts"
import type { Scheduler } from "../../services/Scheduler.ts"
import { writer } from "./layers.ts"

interface RecordingOptions {
  readonly dataDir: string
  readonly program: string
  readonly apiUrl: string
  /** The request budget. By default it depends on the key. */
  readonly readTokensPerSecond?: number | undefined
  /** Signs the requests. Without it they are unsigned. */
  readonly signer?: Signer | undefined
  readonly allowOtherExchange: boolean
  readonly http?: Partial<Http.HttpOptions>
  /** Decides when slots are taken. By default they are taken at the boundaries of the clock. */
  readonly scheduler?: Layer.Layer<Scheduler>
}

/** A data directory and the exchange that it records. */
export const recording = (options: RecordingOptions) =>
  Layer.unwrapEffect(
    Effect.map(Effect.clock, (clock) => {
      const steady = steadyClock(clock)
      return recordingWith(options, TimekeeperLive.layer(steady)).pipe(
        Layer.provide(Layer.setClock(steady.clock))
      )
    })
  )

const recordingWith = <E, R>(options: RecordingOptions, timekeeping: Layer.Layer<never, E, R>) => {
  const { allowOtherExchange, apiUrl, dataDir, program, readTokensPerSecond, signer } = options
  const http = Http.layer({
    ...Http.defaultOptions,
    ...options.http,
    baseUrl: apiUrl,
    readTokensPerSecond,
    signer
  })
  const claimed = Layer.effectDiscard(claim({ dataDir, baseUrl: apiUrl, allowOther: allowOtherExchange }))
  return Layer.merge(CollectorLive.layer, BackfillLive.layer).pipe(
    Layer.provide(Layer.merge(RecorderLive.layer, options.scheduler ?? SchedulerLive.layer)),
    Layer.provide(timekeeping),
    Layer.provide(SqliteMarketSets.layer),
    Layer.provide(http),
    Layer.provideMerge(SqliteBackfillJobs.layer),
    Layer.provideMerge(claimed.pipe(Layer.provideMerge(writer(dataDir, program))))
  )
}
