/** Opens the database of an existing data directory for reading, beside a writer or without one. */
import { Effect, Layer } from "effect"
import { requireDatabase } from "../../files/data-dir-access.ts"
import { Database, make } from "./Database.ts"
import { locate } from "./locate.ts"
import { requireRecording } from "./migrations.ts"

export const layer = (dataDir: string) =>
  Layer.scoped(
    Database,
    Effect.gen(function* () {
      yield* requireDatabase(dataDir)
      const database = yield* Effect.flatMap(locate(dataDir), (name) => make(name, "reader"))
      yield* Effect.provideService(requireRecording, Database, database)
      return database
    })
  )
