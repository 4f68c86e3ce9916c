/** Flushes and compacts the lake of a data directory, which the first argument names, until it is killed. */
import { Effect, Layer } from "effect"
import { databasePath } from "../../../src/layers/files/data-dir.ts"
import * as SqliteLake from "../../../src/layers/lake/Lake.ts"
import * as SqliteDatabase from "../../../src/layers/sqlite/database/Database.ts"
import { Lake } from "../../../src/services/Lake.ts"

const [folder = ""] = process.argv.slice(2)

const work = Effect.gen(function* () {
  const lake = yield* Lake
  process.stdout.write("ready\n")
  yield* lake.flush
  yield* lake.compact
  process.stdout.write("done\n")
})

await Effect.runPromise(
  Effect.provide(
    work,
    SqliteLake.layer(folder).pipe(Layer.provide(SqliteDatabase.layer(databasePath(folder), "writer")))
  )
)
