/** A process that seals the log of a data directory into many small segments, and may be killed. */
import { Effect } from "effect"
import * as SqliteArchive from "../../../src/layers/archive/LogArchive.ts"

const [dataDir = ""] = process.argv.slice(2)
process.stdout.write("begins\n")
await Effect.runPromise(
  SqliteArchive.make(dataDir, { pieces: 60, pieceBytes: 1_000_000 }).archive({
    before: "2099-01-01T00:00:00.000000Z"
  })
)
