/**
 * Builds commander commands from definitions. Commander parses the words and suggests similar ones for a
 * mistyped one.
 */
import { Command, Option as Flag } from "commander"
import { type Definition, isFamily, type Program } from "./definition.ts"
import { helpOf, overview } from "./help.ts"
import { logLevel } from "./log-level.ts"
import type { Option } from "./option.ts"
import { flagOf, type Typed, type Words, WrongWords } from "./resolve.ts"

/** The root command `kalshi`, with the definitions of its commands. */
export interface Root {
  readonly name: string
  readonly summary: string
  readonly definitions: ReadonlyArray<Definition>
  /** A hidden second name under which all commands can be called: `kalshi data collect`. */
  readonly alias?: string
}

/** Receives the program that the words name, and its options and argument as typed. */
export type Choose = (program: Program, typed: Words) => void

const flagFor = (
  name: string,
  { about, hidden = false, repeats = false, short, value }: Option<unknown>
): Flag => {
  const flag = new Flag(
    `${short === undefined ? "" : `-${short}, `}${flagOf(name)}${value === undefined ? "" : ` <${value}>`}`,
    about
  ).hideHelp(hidden)
  return repeats ? flag.argParser<ReadonlyArray<string>>((text, before = []) => [...before, text]) : flag
}

const bare = (name: string, help: (width: number) => string): Command =>
  new Command(name)
    .helpOption("-h, --help")
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ formatHelp: (_, { helpWidth }) => help(helpWidth ?? 80) })
    .addOption(flagFor("logLevel", logLevel))

/** Refuses a flag as the value of another flag: in `--output --format`, `--output` lacks its value. */
const checkValues = (typed: Readonly<Record<string, Typed>>): void => {
  for (const [name, value] of Object.entries(typed)) {
    const texts = value === true ? [] : typeof value === "string" ? [value] : value
    if (texts.some((text) => text.startsWith("--"))) throw new WrongWords(`${flagOf(name)} needs a value`)
  }
}

const programCommand = (path: string, program: Program, choose: Choose): Command => {
  const command = bare(program.name, (width) => helpOf(path, program, width))
  for (const [name, option] of Object.entries(program.options)) command.addOption(flagFor(name, option))
  const { argument } = program
  if (argument !== undefined)
    command.argument(argument.required ? `<${argument.value}>` : `[${argument.value}]`)
  return command.action(() => {
    const typed = command.optsWithGlobals<Record<string, Typed>>()
    checkValues(typed)
    choose(program, { options: typed, argument: command.args[0] })
  })
}

const definitionCommand = (path: string, definition: Definition, choose: Choose): Command => {
  if (!isFamily(definition)) return programCommand(path, definition, choose)
  const command = bare(definition.name, (width) => helpOf(path, definition, width))
  for (const program of definition.programs) {
    command.addCommand(programCommand(`${path} ${program.name}`, program, choose))
  }
  return command
}

const rootCommand = (root: Root, choose: Choose): Command => {
  const list = (path: string, name: string): Command => {
    const command = bare(name, (width) => overview(path, root.summary, root.definitions, width))
    for (const definition of root.definitions) {
      command.addCommand(definitionCommand(`${path} ${definition.name}`, definition, choose))
    }
    return command
  }
  const command = list(root.name, root.name)
  return root.alias === undefined
    ? command
    : command.addCommand(list(`${root.name} ${root.alias}`, root.alias), { hidden: true })
}

export const commandOf = (of: Root | Definition, choose: Choose): Command =>
  "definitions" in of ? rootCommand(of, choose) : definitionCommand(of.name, of, choose)
