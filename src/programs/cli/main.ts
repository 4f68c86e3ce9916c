/**
 * Runs the command line: prints a text, or loads and runs a job. A job's modules are loaded only when it is
 * known which job runs.
 */

import { whyOf } from "../../layers/files/error-words.ts"
import { whyNotLoaded } from "../../layers/native-modules.ts"
import { parse } from "./command-line.ts"
import type { Root } from "./commander.ts"
import type { Definition } from "./definition.ts"
import { WrongWords } from "./resolve.ts"

const DONE = 0
const FAILED = 1
const WRONG_USAGE = 2

const fail = (message: string, exitCode: number): void => {
  process.stderr.write(`kalshi: ${message}\n`)
  process.exitCode = exitCode
}

export const main = async (of: Root | Definition): Promise<void> => {
  let outputLost = (why: string | undefined): void => {
    if (why !== undefined) process.stderr.write(`kalshi: writing the result failed: ${why}\n`)
    process.exit(why === undefined ? DONE : FAILED)
  }
  // A reader that closes the pipe, as `head` does, ends the program. This is not a failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    outputLost(error.code === "EPIPE" ? undefined : whyOf(error))
  )
  try {
    const invocation = parse(of, process.argv.slice(2), process.env)
    if ("text" in invocation) {
      process.stdout.write(invocation.text)
      return
    }
    const { run } = await import("./run.ts")
    const running = run(await invocation.job.load(), {
      logLevel: invocation.logLevel,
      untilStopped: invocation.job.untilStopped
    })
    outputLost = running.outputLost
  } catch (error) {
    const notLoaded = whyNotLoaded(error)
    if (notLoaded !== undefined) return fail(notLoaded, FAILED)
    if (!(error instanceof WrongWords)) throw error
    fail(error.message, WRONG_USAGE)
  }
}
