/** Runs a command: results on stdout, words on stderr, and an exit code that scripts can rely on. */
import * as Command from "@effect/cli/Command"
import * as ValidationError from "@effect/cli/ValidationError"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Cause, Config, Console, Effect, Exit, Layer, Logger, LogLevel, Option } from "effect"

export const VERSION = "0.1.0"

const DONE = 0
const FAILED = 1
const WRONG_USAGE = 2
const MESSAGE_CHARS_MAX = 3500

const stderrLogger = Logger.withConsoleError(
  Logger.make(({ date, logLevel, message }) => {
    const words = Array.isArray(message) ? message : [message]
    return `${date.toISOString()} ${logLevel.label.padEnd(5)} ${words.map(String).join(" ")}`
  })
)

const logging = Layer.merge(
  Logger.replace(Logger.defaultLogger, stderrLogger),
  Layer.unwrapEffect(
    Config.logLevel("KALSHI_LOG_LEVEL").pipe(
      Effect.orElseSucceed(() => LogLevel.Info),
      Effect.map(Logger.minimumLogLevel)
    )
  )
)

const isWrongUsage = (error: unknown): boolean =>
  ValidationError.isValidationError(error) ||
  (typeof error === "object" && error !== null && "_tag" in error && error._tag === "WrongUsage")

const exitCodeOf = (exit: Exit.Exit<unknown, unknown>): number => {
  if (Exit.isSuccess(exit) || Cause.isInterruptedOnly(exit.cause)) return DONE
  return Option.exists(Cause.failureOption(exit.cause), isWrongUsage) ? WRONG_USAGE : FAILED
}

/** One message, without a stack: what failed, why, and what to do. */
const report = (cause: Cause.Cause<unknown>): Effect.Effect<void> => {
  if (Cause.isInterruptedOnly(cause)) return Effect.void
  const error = Option.getOrElse(Cause.failureOption(cause), () => Cause.squash(cause))
  // The command line has already said what is wrong with its words.
  if (ValidationError.isValidationError(error)) return Effect.void
  const message = error instanceof Error ? error.message : String(error)
  return Console.error(`kalshi: ${message.slice(0, MESSAGE_CHARS_MAX)}`).pipe(
    Effect.zipRight(Effect.logDebug(Cause.pretty(cause)))
  )
}

/** A reader that has seen enough, such as `head`, closes the pipe: that is no failure. */
const endWithReader = Effect.sync(() =>
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(DONE)
    throw error
  })
)

export const main = <Name extends string, E, A>(
  command: Command.Command<Name, NodeContext.NodeContext, E, A>
) =>
  endWithReader.pipe(
    Effect.zipRight(Command.run(command, { name: "kalshi-tape", version: VERSION })(process.argv)),
    Effect.tapErrorCause(report),
    Effect.provide(Layer.merge(logging, NodeContext.layer)),
    NodeRuntime.runMain({
      disableErrorReporting: true,
      disablePrettyLogger: true,
      teardown: (exit, onExit) => onExit(exitCodeOf(exit))
    })
  )
