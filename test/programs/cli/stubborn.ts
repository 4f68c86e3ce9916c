/** A program that receives a signal and does not end, because its resources never close. */
import { Effect } from "effect"
import { run } from "../../../src/programs/cli/run.ts"

run(Effect.zipRight(Effect.logInfo("started"), Effect.uninterruptible(Effect.never)), {
  logLevel: "info",
  untilStopped: true
})
