/** Runs the statements and commands of one prompt, with the settings that its commands change. */
import { Cause, Console, Effect, Exit, Option } from "effect"
import { answers } from "../../../domain/answers/catalog.ts"
import type { Answer } from "../../../domain/answers/definition.ts"
import { publicTables } from "../../../domain/read/catalog.ts"
import type { Analytics, QueryLimits, QueryParameters } from "../../../services/Analytics.ts"
import { deliver } from "../deliver.ts"
import type { Format } from "../formats/names.ts"
import { lastLine } from "../last-line.ts"
import { printable } from "../printable.ts"
import { screenWidth } from "../screen.ts"
import { cut, padEnd, widthOf } from "../text-width.ts"
import { commandHelp, type PromptCommand } from "./commands.ts"
import type { PromptTerminal } from "./terminal.ts"

export interface SessionOptions {
  readonly limits: QueryLimits
  /** The values of parameters. A statement gets those that it names. */
  readonly parameters: QueryParameters
  readonly format: Format
  /** The number of rows that a table shows. The default is all rows. */
  readonly rowsMax?: number
}

export interface Session {
  readonly run: (sql: string) => Effect.Effect<void, never, Analytics>
  readonly obey: (command: PromptCommand) => Effect.Effect<void, never, Analytics>
}

const GAP = "  "

/** Prints names with what they are, cut to the screen. */
const list = (rows: ReadonlyArray<readonly [name: string, about: string]>): Effect.Effect<void> => {
  const width = Math.max(...rows.map(([name]) => widthOf(name)))
  const screen = screenWidth() ?? Number.POSITIVE_INFINITY
  return Console.log(
    rows.map(([name, about]) => cut(padEnd(name, width) + GAP + printable(about), screen)).join("\n")
  )
}

const signatureOf = (answer: Answer): string =>
  answer.kind === "view"
    ? answer.name
    : `${answer.name}(${answer.parameters.map(({ name }) => name).join(", ")})`

const COLUMNS = `
  SELECT column_name AS "column", data_type AS "type", comment AS "about"
  FROM duckdb_columns() WHERE table_name = lower($name) ORDER BY column_index`

const partsOf = (answer: Exclude<Answer, { readonly kind: "view" }>) => [
  [signatureOf(answer), answer.about] as const,
  ...answer.parameters.map(({ about, name, otherwise }) => {
    const usual = otherwise === undefined ? "" : ` (default: ${otherwise})`
    return [`  parameter ${name}`, about + usual] as const
  }),
  ...(answer.kind === "table macro"
    ? Object.entries(answer.columns).map(([name, { about, type }]) => [`  ${name} ${type}`, about] as const)
    : [[`  returns ${answer.returns.type}`, answer.returns.about] as const])
]

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

export const makeSession = (
  { format: firstFormat, limits, parameters, rowsMax: firstRows = Number.POSITIVE_INFINITY }: SessionOptions,
  { stoppable }: PromptTerminal
): Session => {
  const settings = { format: firstFormat, rowsMax: firstRows, isTimed: false }

  const answer = (
    sql: string,
    given: QueryParameters,
    format: Format,
    rowsMax: number
  ): Effect.Effect<void, never, Analytics> =>
    Effect.gen(function* () {
      const startedAt = performance.now()
      const exit = yield* stoppable(
        deliver({ sql, parameters: given, limits }, { format, rowsMax, allRows: ".rows all" })
      )
      if (Exit.isFailure(exit)) yield* complain(messageOf(exit.cause))
      const seconds = (performance.now() - startedAt) / 1000
      if (settings.isTimed) yield* Console.log(`${seconds.toFixed(2)} s`)
    })

  const set = (change: Partial<typeof settings>) => Effect.sync(() => Object.assign(settings, change))

  const schema = (name: string): Effect.Effect<void, never, Analytics> => {
    const known = [...publicTables, ...answers].find((one) => one.name === name.toLowerCase())
    if (known === undefined) return complain(`there is no ${name}; .tables lists what there is`)
    return "kind" in known && known.kind !== "view"
      ? list(partsOf(known))
      : answer(COLUMNS, { name }, "table", Number.POSITIVE_INFINITY)
  }

  return {
    run: (sql) => answer(sql, parametersIn(sql, parameters), settings.format, settings.rowsMax),
    obey: (command) => {
      switch (command.kind) {
        case "help":
          return list(commandHelp)
        case "tables":
          return list([
            ...publicTables.map(({ about, name }) => [name, about] as const),
            ...answers.map((one) => [signatureOf(one), one.about] as const)
          ])
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
