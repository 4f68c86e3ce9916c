/** A process that takes a data directory's lock, says so, and keeps it until it dies or its stdin ends. */
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import * as WriterLock from "../../../src/layers/sqlite/WriterLock.ts"

const ended = Effect.async<void>((resume) => {
  process.stdin.resume().once("end", () => resume(Effect.void))
})

WriterLock.acquire(process.argv[2] ?? "", "the lock holder").pipe(
  Effect.zipRight(Console.log("held")),
  Effect.zipRight(ended),
  Effect.scoped,
  Effect.provide(NodeContext.layer),
  NodeRuntime.runMain
)
