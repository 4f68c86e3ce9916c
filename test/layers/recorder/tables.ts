/** The Recorder over real HTTP and real SQLite, with the tables that its answers make. */
import { Effect, Layer } from "effect"
import type { LocalExchange } from "../../../src/layers/local-exchange/server.ts"
import * as RecorderLive from "../../../src/layers/recorder/Recorder.ts"
import * as SqliteRuns from "../../../src/layers/sqlite/CollectionRuns.ts"
import * as SqliteRoster from "../../../src/layers/sqlite/Roster.ts"
import { gated, open } from "../backfill/support.ts"
import { tablesIn } from "../projector/support.ts"

export const recordingIn = (folder: string, x: LocalExchange) =>
  RecorderLive.layer.pipe(
    Layer.provide(Layer.merge(gated(x.url, open, 1000, Effect.void), SqliteRoster.layer)),
    Layer.provideMerge(SqliteRuns.layer),
    Layer.provideMerge(tablesIn(folder))
  )
