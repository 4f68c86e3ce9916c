/** Runs the statements and commands of one prompt, with the settings that its commands change. */
import { Cause, Console, Effect, Exit, Option } from "effect"
import { QueryFailed } from "../../../domain/errors.ts"
import { hasInterruptedCalls } from "../../../layers/interrupted-calls.ts"
import type { Analytics, QueryLimits, QueryParameters } from "../../../services/Analytics.ts"
import { deliver } from "../deliver.ts"
import { dictionaryWidth, entries, entryLines, listLines } from "../dictionary.ts"
import type { Format } from "../formats/names.ts"
import { lastLine } from "../last-line.ts"
import { printable } from "../printable.ts"
import { commandHelp, type PromptCommand } from "./commands.ts"
import type { PromptTerminal } from "./terminal.ts"

export interface SessionOptions {
  readonly limits: QueryLimits
  /** The values of parameters. A statement gets those that it names. */
  readonly parameters: QueryParameters
  readonly format: Format
  /** The time as of which statements are answered, in the form of the tables. The default is now. */
  readonly asOf?: string
  /** The number of rows that a table shows. The default is all rows. */
  readonly rowsMax?: number
}

export interface Session {
  /** Runs a statement and prints its answer or its error. Fails only if the prompt has to end. */
  readonly run: (sql: string) => Effect.Effect<void, QueryFailed, Analytics>
  readonly obey: (command: PromptCommand) => Effect.Effect<void, never, Analytics>
}

/** Prints lines of our own, which may have bold words. */
const print = (lines: ReadonlyArray<string>): Effect.Effect<void> => Console.log(lines.join("\n"))

const parametersIn = (sql: string, parameters: QueryParameters): QueryParameters =>
  Object.fromEntries(
    Object.entries(parameters).filter(([name]) => new RegExp(`\\$${name}\\b`, "i").test(sql))
  )

const messageOf = (cause: Cause.Cause<{ readonly message: string }>): string =>
  Cause.isInterruptedOnly(cause)
    ? "stopped"
    : Option.match(Cause.failureOption(cause), {
        onNone: () => String(Cause.squash(cause)),
        onSome: ({ message }) => message
      })

const complain = (message: string): Effect.Effect<void> => Effect.sync(() => lastLine.say(printable(message)))

export const makeSession = (options: SessionOptions, { stoppable }: PromptTerminal): Session => {
  const { format: firstFormat, limits, parameters, rowsMax: firstRows = Number.POSITIVE_INFINITY } = options
  const asOf = options.asOf === undefined ? {} : { asOf: options.asOf }
  const settings = { format: firstFormat, rowsMax: firstRows, isTimed: false }

  const run = (sql: string): Effect.Effect<void, QueryFailed, Analytics> =>
    Effect.gen(function* () {
      const { format, isTimed, rowsMax } = settings
      const startedAt = performance.now()
      const exit = yield* stoppable(
        deliver(
          { sql, parameters: parametersIn(sql, parameters), limits, ...asOf },
          { format, rowsMax, hints: { allRows: ".rows all", allColumns: ".format line" } }
        )
      )
      if (Exit.isFailure(exit)) {
        yield* complain(messageOf(exit.cause))
        // Beyond its limits, it could take all memory of the machine.
        if (hasInterruptedCalls() && !Cause.isInterruptedOnly(exit.cause))
          return yield* new QueryFailed({ why: "DuckDB does not stop this statement, so the prompt ends" })
      }
      const seconds = (performance.now() - startedAt) / 1000
      if (isTimed) yield* Console.log(`${seconds.toFixed(2)} s`)
    })

  const set = (change: Partial<typeof settings>) => Effect.sync(() => Object.assign(settings, change))

  const schema = (name: string): Effect.Effect<void> => {
    const known = entries().find((one) => one.name === name.toLowerCase())
    return known === undefined
      ? complain(`there is no ${name}; .tables lists what there is`)
      : print(entryLines(known, dictionaryWidth()))
  }

  return {
    run,
    obey: (command) => {
      switch (command.kind) {
        case "help":
          return print(commandHelp)
        case "tables":
          return print(listLines(entries(), dictionaryWidth()))
        case "schema":
          return schema(command.name)
        case "format":
          return set({ format: command.format })
        case "rows":
          return set({ rowsMax: command.rows })
        case "timer":
          return set({ isTimed: command.on })
        case "wrong":
          return complain(command.why)
        case "quit":
          return Effect.void
      }
    }
  }
}
