/** Parses the command line. The result is a text to print, such as help, or a job to run. */
import { type Command, CommanderError } from "commander"
import { commandOf, type Root } from "./commander.ts"
import type { Definition, Job } from "./definition.ts"
import { type LogLevelName, logLevel } from "./log-level.ts"
import { resolve, WrongWords } from "./resolve.ts"
import { VERSION } from "./version.ts"

export type Invocation = { readonly text: string } | { readonly job: Job; readonly logLevel: LogLevelName }

const HELP = new Set(["-h", "--help"])

/**
 * Tells whether a word is text and not an option. SQL may begin with a comment (`-- a comment`); names of
 * options contain no space.
 */
const isText = (word: string): boolean => /^-[^=]*\s/.test(word)

/** Moves texts behind `--`, where commander does not look for options. */
const withTextsLast = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (words.includes("--") || !words.some(isText)) return words
  return [...words.filter((word) => !isText(word)), "--", ...words.filter(isText)]
}

interface NamedCommand {
  /** The innermost command that the words name. */
  readonly command: Command
  readonly isHelp: boolean
  /** Whether the words contain an unknown word in the place of a command name. */
  readonly unknown: boolean
}

/**
 * Finds the command that the words name, and whether they ask for help. `help` and `--help` may stand
 * anywhere: `help log list`, `log --help list`, `log list --limit --help`.
 */
const named = (root: Command, words: ReadonlyArray<string>): NamedCommand => {
  const end = words.indexOf("--")
  let [command, isHelp, skip] = [root, false, false]
  for (const word of end === -1 ? words : words.slice(0, end)) {
    const wasValue = skip && !word.startsWith("-")
    skip = false
    if (HELP.has(word) || (word === "help" && !wasValue && command.commands.length > 0)) {
      isHelp = true
    } else if (word.startsWith("-")) {
      skip = command.options.some(
        ({ long, required, short }) => required && (word === long || word === short)
      )
    } else if (!wasValue && command.commands.length > 0) {
      const next = command.commands.find((one) => one.name() === word)
      if (next === undefined) return { command, isHelp, unknown: true }
      command = next
    }
  }
  return { command, isHelp, unknown: false }
}

/** Returns the full name of a command, such as `kalshi log list`. */
const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`

/**
 * Rewrites other spellings of `--version`, and removes `help` before a command that does not exist, so that
 * the error is the one for that command.
 */
const spelled = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first, ...rest] = words
  if (first === "version") return ["--version"]
  return first === "help" ? rest : words.map((word) => (word === "-V" ? "--version" : word))
}

const firstFlag = (message: string): string => /-{1,2}[\w-]+/.exec(message)?.[0] ?? "an option"

const knows = (command: Command, flag: string): boolean =>
  command.options.some(({ long }) => long === flag) || command.commands.some((one) => knows(one, flag))

/** Words the error for an unknown option for which commander has no similar one to suggest. */
const unknownOption = (command: Command, message: string): string => {
  const flag = firstFlag(message)
  return command.commands.length > 0 && knows(command, flag)
    ? `${flag} stands behind its command, as in: ${pathOf(command)} ${command.commands[0]?.name()} ${flag}`
    : `unknown option '${flag}'. ${pathOf(command)} --help tells those there are`
}

/**
 * Words the error for an unknown command. Commands that begin with the typed word, such as `export`, are
 * suggested here, because commander does not count them as similar.
 */
const unknownCommand = (command: Command, message: string): string => {
  const names = command
    .createHelp()
    .visibleCommands(command)
    .map((one) => one.name())
  const word = /'(.*)'/.exec(message)?.[1] ?? ""
  const meant = word === "" ? [] : names.filter((name) => name.startsWith(word))
  return meant.length > 0
    ? `${message}. Did you mean ${meant.join(" or ")}?`
    : `${message}. ${pathOf(command)} has ${names.join(", ")}`
}

/** Rewrites an error message of commander: without its punctuation, and with what the user has to do. */
const inOurWords = ({ code, message: raw }: CommanderError, command: Command): string => {
  const message = raw.replace(/^error: /, "")
  if (code === "commander.optionMissingArgument") return `${firstFlag(message)} needs a value`
  if (message.includes("\n(Did you mean")) return message.replace(/\n\((.*)\)$/, ". $1")
  if (code === "commander.unknownOption") return unknownOption(command, message)
  if (code === "commander.unknownCommand") return unknownCommand(command, message)
  return code === "commander.excessArguments" ? `${message} Words that belong together need quotes.` : message
}

/**
 * Redirects the output of a command and its subcommands to `write`. Errors are not printed, because the
 * caller catches them.
 */
const captured = (command: Command, write: (text: string) => void): void => {
  command.configureOutput({ writeOut: write, writeErr: write, outputError: () => undefined })
  for (const one of command.commands) captured(one, write)
}

/** Parses the command line. Throws `WrongWords` if it makes no sense. */
export const parse = (
  of: Root | Definition,
  typed: ReadonlyArray<string>,
  environment: NodeJS.ProcessEnv
): Invocation => {
  const words = withTextsLast(typed)
  const texts: Array<string> = []
  let invocation: Invocation | undefined
  const root = commandOf(of, (program, given) => {
    const { values } = resolve({ options: { logLevel } }, given, environment)
    invocation = { job: program.prepare(given, environment), logLevel: values.logLevel }
  }).version(VERSION, "-v, --version")
  captured(root, (text) => {
    texts.push(text)
  })
  const { command, isHelp, unknown } = named(root, words)
  if (isHelp && !unknown) return { text: command.helpInformation() }
  // With the flag for help among them, commander would print help instead of naming the command that it does not know.
  const parsed = unknown ? words.filter((word) => !HELP.has(word)) : words
  try {
    root.parse(spelled(parsed), { from: "user" })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code !== "commander.version" && error.code !== "commander.help")
      throw new WrongWords(inOurWords(error, command))
  }
  return invocation ?? { text: texts.join("") }
}
