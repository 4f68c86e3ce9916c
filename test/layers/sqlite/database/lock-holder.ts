/**
 * A process that takes the lock of a data directory and a folder for work there, reports it, and keeps both
 * until it dies or its stdin ends.
 */
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import { workFolder } from "../../../../src/layers/files/work-folder.ts"
import * as WriterLock from "../../../../src/layers/sqlite/database/WriterLock.ts"

const ended = Effect.async<void>((resume) => {
  process.stdin.resume().once("end", () => resume(Effect.void))
})

const folder = process.argv[2] ?? ""

WriterLock.acquire(folder, "the lock holder").pipe(
  Effect.zipRight(workFolder("query", folder)),
  Effect.zipRight(Console.log("held")),
  Effect.zipRight(ended),
  Effect.scoped,
  Effect.provide(NodeContext.layer),
  NodeRuntime.runMain
)
