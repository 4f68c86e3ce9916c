/** From words on the command line to a text or a job. A job's own modules are loaded when it is known which. */

import { whyNotLoaded } from "../../layers/native-modules.ts"
import { ask } from "./ask.ts"
import type { Root } from "./commander.ts"
import type { Definition } from "./definition.ts"
import { WrongWords } from "./resolve.ts"

const DONE = 0
const FAILED = 1
const WRONG_USAGE = 2

/** A reader that has seen enough, such as `head`, closes the pipe: that is no failure. */
const endWithReader = (): void => {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(DONE)
    throw error
  })
}

const fail = (message: string, exitCode: number): void => {
  process.stderr.write(`kalshi: ${message}\n`)
  process.exitCode = exitCode
}

export const main = async (of: Root | Definition): Promise<void> => {
  endWithReader()
  try {
    const asked = ask(of, process.argv.slice(2), process.env)
    if ("text" in asked) {
      process.stdout.write(asked.text)
      return
    }
    const { run } = await import("./run.ts")
    run(await asked.job.load(), { logLevel: asked.logLevel, untilStopped: asked.job.untilStopped })
  } catch (error) {
    const notLoaded = whyNotLoaded(error)
    if (notLoaded !== undefined) return fail(notLoaded, FAILED)
    if (!(error instanceof WrongWords)) throw error
    fail(error.message, WRONG_USAGE)
  }
}
