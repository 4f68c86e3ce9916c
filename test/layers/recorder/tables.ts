/** The Recorder over real HTTP and real SQLite, with the tables that its answers make. */
import { Effect, Layer } from "effect"
import * as RecorderLive from "../../../src/layers/recorder/Recorder.ts"
import * as SqliteMarketSets from "../../../src/layers/sqlite/MarketSets.ts"
import * as SqliteRuns from "../../../src/layers/sqlite/records/CollectionRuns.ts"
import type { LocalExchange } from "../../../src/simulator/http/server.ts"
import { gated, open } from "../backfill/support.ts"
import { tablesIn } from "../projector/support.ts"

export const recordingIn = (folder: string, x: LocalExchange) =>
  RecorderLive.layer.pipe(
    Layer.provide(Layer.merge(gated(x.url, open, 1000, Effect.void), SqliteMarketSets.layer)),
    Layer.provideMerge(SqliteRuns.layer),
    Layer.provideMerge(tablesIn(folder))
  )
