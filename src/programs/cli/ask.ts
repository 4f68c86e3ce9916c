/** What the words on the command line ask for: a text, such as help, or a job. */
import { type Command, CommanderError } from "commander"
import { commandOf, type Root } from "./commander.ts"
import type { Definition, Job } from "./definition.ts"
import { type LogLevelName, logLevel } from "./log-level.ts"
import { resolve, WrongWords } from "./resolve.ts"
import { VERSION } from "./version.ts"

export type Asked = { readonly text: string } | { readonly job: Job; readonly logLevel: LogLevelName }

const HELP = new Set(["-h", "--help"])

/**
 * The command whose help is asked for, wherever the word stands: `help log list`, `log --help list`. The
 * command is the one that the other words name.
 */
const helpAsked = (root: Command, words: ReadonlyArray<string>): Command | undefined => {
  const end = words.indexOf("--")
  const before = end === -1 ? words : words.slice(0, end)
  let [command, asked, skip] = [root, false, false]
  for (const word of before) {
    const wasValue = skip && !word.startsWith("-")
    skip = false
    if (HELP.has(word) || (word === "help" && !wasValue && command.commands.length > 0)) {
      asked = true
    } else if (word.startsWith("-")) {
      skip = command.options.some(
        ({ long, required, short }) => required && (word === long || word === short)
      )
    } else if (!wasValue && command.commands.length > 0) {
      const named = command.commands.find((one) => one.name() === word)
      // Commander says what it might have been.
      if (named === undefined) return undefined
      command = named
    }
  }
  return asked ? command : undefined
}

/** Other spellings of `--version`; and help of what does not exist is answered as that command would be. */
const spelled = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first, ...rest] = words
  if (first === "version") return ["--version"]
  return first === "help" ? rest : words.map((word) => (word === "-V" ? "--version" : word))
}

/** Commander's words, without its punctuation, and with what a user has to do. */
const inOurWords = ({ code, message }: CommanderError): string => {
  const said = message.replace(/^error: /, "").replace(/\n\((.*)\)$/, ". $1")
  if (code !== "commander.optionMissingArgument") return said
  return `${/--[\w-]+/.exec(said)?.[0] ?? "an option"} needs a value`
}

/** What a command writes goes where `write` says, and its errors only to the one who catches them. */
const captured = (command: Command, write: (text: string) => void): void => {
  command.configureOutput({ writeOut: write, writeErr: write, outputError: () => undefined })
  for (const one of command.commands) captured(one, write)
}

/** Throws WrongWords. */
export const ask = (
  of: Root | Definition,
  words: ReadonlyArray<string>,
  environment: NodeJS.ProcessEnv
): Asked => {
  const texts: Array<string> = []
  let asked: Asked | undefined
  const root = commandOf(of, (program, typed) => {
    const { values } = resolve({ options: { logLevel } }, typed, environment)
    asked = { job: program.prepare(typed, environment), logLevel: values.logLevel }
  }).version(VERSION, "-v, --version")
  captured(root, (text) => {
    texts.push(text)
  })
  const help = helpAsked(root, words)
  if (help !== undefined) return { text: help.helpInformation() }
  try {
    root.parse(spelled(words), { from: "user" })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code !== "commander.version" && error.code !== "commander.help")
      throw new WrongWords(inOurWords(error))
  }
  return asked ?? { text: texts.join("") }
}
