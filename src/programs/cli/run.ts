/** Runs a program: results go to stdout, messages to stderr, and the exit code says how it ended. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import { Cause, Effect, Exit, Layer, Logger, LogLevel, Option } from "effect"
import { lastLine } from "../terminal/last-line.ts"
import { logLine, wrapLogLine } from "../terminal/log-line.ts"
import { printable } from "../terminal/printable.ts"
import { endProcess } from "./end-process.ts"
import type { LogLevelName } from "./log-level.ts"

const DONE = 0
const FAILED = 1
const WRONG_USAGE = 2
/** The exit codes after a signal: 128 plus the number of the signal, as in shells. */
const STOPPED = { SIGINT: 130, SIGTERM: 143 } as const
const NAMES = { SIGINT: "Ctrl-C", SIGTERM: "SIGTERM" } as const
const MESSAGE_CHARS_MAX = 3500

type Signal = keyof typeof STOPPED

interface RunOptions {
  readonly logLevel: LogLevelName
  /** Whether the program runs until it is stopped, so that a signal is its normal end. */
  readonly untilStopped: boolean
}

/** Logs to stderr. Causes are shown from the debug level on. */
const logging = (name: LogLevelName) => {
  const level = LogLevel.allLevels.find(({ _tag }) => _tag.toLowerCase() === name) ?? LogLevel.Info
  const withCause = LogLevel.lessThanEqual(level, LogLevel.Debug)
  const logger = Logger.make((entry) =>
    lastLine.say(
      wrapLogLine(logLine(entry, withCause), process.stderr.isTTY ? process.stderr.columns : undefined)
    )
  )
  return Layer.merge(Logger.replace(Logger.defaultLogger, logger), Logger.minimumLogLevel(level))
}

const isWrongUsage = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "WrongUsage"

const exitCodeOf = (
  exit: Exit.Exit<unknown, unknown>,
  signal: Signal | undefined,
  untilStopped: boolean
): number => {
  if (Exit.isSuccess(exit)) return DONE
  if (signal !== undefined && Cause.isInterruptedOnly(exit.cause)) {
    return untilStopped ? DONE : STOPPED[signal]
  }
  return Option.exists(Cause.failureOption(exit.cause), isWrongUsage) ? WRONG_USAGE : FAILED
}

/** Prints one message without a stack trace: what failed, why, and what to do. */
const report = (cause: Cause.Cause<unknown>): Effect.Effect<void> => {
  if (Cause.isInterruptedOnly(cause)) return Effect.void
  const error = Option.getOrElse(Cause.failureOption(cause), () => Cause.squash(cause))
  const message = error instanceof Error ? error.message : String(error)
  return Effect.sync(() => lastLine.say(`kalshi: ${printable(message.slice(0, MESSAGE_CHARS_MAX))}`)).pipe(
    Effect.zipRight(Effect.logDebug("the program failed", cause))
  )
}

/**
 * The period in which a second signal counts as the same, in milliseconds. npm and tsx forward a Ctrl-C that
 * the terminal has already sent to every process.
 */
const SAME_SIGNAL_MILLIS = 300

/** The longest delay of a Node timer, in milliseconds. */
const KEEP_ALIVE_MILLIS = 2 ** 31 - 1

export const run = (
  program: Effect.Effect<void, unknown, NodeContext.NodeContext>,
  { logLevel, untilStopped }: RunOptions
): { readonly outputLost: (why: string | undefined) => void } => {
  // Node exits when no timer or handle is open, even if a fiber is still waiting. The timer prevents this.
  const keepAlive = setInterval(() => undefined, KEEP_ALIVE_MILLIS)
  const fiber = Effect.runFork(
    program.pipe(
      Effect.tapErrorCause(report),
      Effect.provide(Layer.merge(logging(logLevel), NodeContext.layer)),
      Effect.withUnhandledErrorLogLevel(Option.none())
    )
  )
  let stoppedBy: Signal | undefined
  let stoppedAt = 0
  const stop = (signal: Signal) => {
    if (stoppedBy !== undefined) {
      // A second signal ends the process at once, without waiting for the clean-up.
      if (performance.now() - stoppedAt > SAME_SIGNAL_MILLIS) endProcess(STOPPED[signal], signal)
      return
    }
    stoppedBy = signal
    stoppedAt = performance.now()
    fiber.unsafeInterruptAsFork(fiber.id())
  }
  process.on("SIGINT", stop)
  process.on("SIGTERM", stop)
  let lost: { readonly why: string | undefined } | undefined
  const codeOf = (exit: Exit.Exit<void, unknown>): number => {
    if (lost === undefined) return exitCodeOf(exit, stoppedBy, untilStopped)
    if (lost.why === undefined) return DONE
    // The program may have reported the failure already.
    if (Exit.isSuccess(exit) || Cause.isInterruptedOnly(exit.cause))
      process.stderr.write(`kalshi: writing the result failed: ${lost.why}\n`)
    return FAILED
  }
  fiber.addObserver((exit) => {
    clearInterval(keepAlive)
    const code = codeOf(exit)
    if (stoppedBy !== undefined && code === STOPPED[stoppedBy])
      process.stderr.write(`kalshi: stopped by ${NAMES[stoppedBy]} before it was done\n`)
    // A pipe takes 64 kB at a time, and an exit would lose the rest of the answer.
    if (lost === undefined) process.stdout.write("", () => endProcess(code, stoppedBy))
    else endProcess(code)
  })
  return {
    /** Ends the program after stdout has failed: without a reason, its reader has all that it wanted. */
    outputLost: (why) => {
      lost ??= { why }
      fiber.unsafeInterruptAsFork(fiber.id())
    }
  }
}
