/** A program that takes a signal and does not end: what it still has to close, it never closes. */
import { Effect } from "effect"
import { run } from "../../../src/programs/cli/run.ts"

run(Effect.zipRight(Effect.logInfo("started"), Effect.uninterruptible(Effect.never)), {
  logLevel: "info",
  untilStopped: true
})
