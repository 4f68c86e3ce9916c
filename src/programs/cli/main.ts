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

/** Ends the program when the reader of its output closes the pipe, as `head` does. This is not a failure. */
const endWithReader = (readerLeft: () => void): void => {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return readerLeft()
    process.stderr.write(`kalshi: writing the result failed: ${whyOf(error)}\n`)
    process.exit(FAILED)
  })
}

const fail = (message: string, exitCode: number): void => {
  process.stderr.write(`kalshi: ${message}\n`)
  process.exitCode = exitCode
}

export const main = async (of: Root | Definition): Promise<void> => {
  let readerLeft = (): void => process.exit(DONE)
  endWithReader(() => readerLeft())
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
    readerLeft = running.readerLeft
  } catch (error) {
    const notLoaded = whyNotLoaded(error)
    if (notLoaded !== undefined) return fail(notLoaded, FAILED)
    if (!(error instanceof WrongWords)) throw error
    fail(error.message, WRONG_USAGE)
  }
}
