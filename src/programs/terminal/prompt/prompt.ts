/** The prompt of `query`: statements of any number of lines that end with a semicolon, and commands. */
import { Console, Effect, Scope } from "effect"
import type { QueryFailed } from "../../../domain/errors.ts"
import { openCompletion } from "../../../layers/duckdb/query/completion.ts"
import { isBlank, oneLine, split } from "../../../layers/duckdb/query/sql-text.ts"
import type { Analytics } from "../../../services/Analytics.ts"
import { printable } from "../printable.ts"
import { commandIn, commandNames } from "./commands.ts"
import { historyPath, openHistory } from "./history.ts"
import { makeSession, type SessionOptions } from "./session.ts"
import { openTerminal } from "./terminal.ts"

const FIRST = "kalshi> "
const FURTHER = "   ...> "

export const prompt = (
  dataDir: string,
  options: SessionOptions
): Effect.Effect<void, QueryFailed, Analytics> =>
  Effect.gen(function* () {
    /** The lines of a statement that has no semicolon yet. */
    let begun = ""
    const history = openHistory(historyPath(process.env))
    // It is opened when Tab is pressed for the first time, and closed with the prompt.
    const completion = yield* Effect.cached(Scope.extend(openCompletion, yield* Effect.scope))

    const complete = (line: string) =>
      begun === "" && line.startsWith(".")
        ? Effect.succeed([commandNames.filter((name) => name.startsWith(line)), line] as const)
        : completion.pipe(
            Effect.flatMap((of) => of(begun + line)),
            Effect.map(({ replaced, texts }) => [texts, replaced] as const),
            Effect.orElseSucceed(() => [[], line] as const)
          )

    const terminal = yield* openTerminal({ history, complete })
    const session = makeSession(options, terminal)

    /** Runs the statements that a line ends, and keeps what it begins. */
    const take = (line: string) =>
      Effect.suspend(() => {
        const { ended, rest } = split(`${begun}${line}\n`)
        begun = isBlank(rest) ? "" : rest
        return Effect.forEach(
          ended.filter((sql) => !isBlank(sql)),
          (sql) => {
            history.add(oneLine(`${sql};`))
            return session.run(sql.trim())
          },
          { discard: true }
        )
      })

    yield* Console.log(`SQL over ${printable(dataDir)}`)
    yield* Console.log("A semicolon ends a statement; .help lists commands, Ctrl-D ends.")
    for (;;) {
      const typed = yield* terminal.ask(begun === "" ? FIRST : FURTHER)
      if (typed === "end") return yield* Console.log("")
      if (typed === "cancel") {
        begun = ""
        continue
      }
      const command = begun === "" ? commandIn(typed.line) : undefined
      if (command === undefined) {
        yield* take(typed.line)
        continue
      }
      history.add(typed.line.trim())
      if (command.kind === "quit") return
      yield* session.obey(command)
    }
  }).pipe(Effect.scoped)
