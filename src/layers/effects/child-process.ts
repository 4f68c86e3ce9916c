/** The end of a child process. */
import type { ChildProcess } from "node:child_process"
import { Effect } from "effect"

/** Ends a process, and waits until it holds no file any more. */
export const endProcess = (child: ChildProcess): Effect.Effect<void> =>
  Effect.async((resume) => {
    const hasEnded = child.pid === undefined || child.exitCode !== null || child.signalCode !== null
    if (hasEnded) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
  })
