/** Formats help for a screen width: the list of all programs, and the full help of each one. */
import { styleText } from "node:util"
import { type Definition, type Group, groups, isFamily, type Program } from "./definition.ts"
import { FIRM, type Item, section, wrap } from "./layout.ts"
import { logLevel } from "./log-level.ts"
import type { Option } from "./option.ts"
import { flagOf } from "./resolve.ts"

/** The largest width of help, in columns. Longer lines are hard to read on any screen. */
const COLUMNS_MAX = 100
const COLUMNS_MIN = 60

const columnsOf = (width: number): number => Math.min(COLUMNS_MAX, Math.max(COLUMNS_MIN, width))

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/**
 * Formats a title in bold. Commander removes the escape codes if the output is not a terminal or colours are
 * off.
 */
const title = (text: string): string => styleText("bold", text)

const optionItem = (name: string, option: Option<unknown>): Item => {
  const usual = option.otherwise ?? option.usual
  const short = option.short === undefined ? "    " : `-${option.short}, `
  const value = option.value === undefined ? "" : ` ${option.value}`
  return {
    term: `${short}${flagOf(name)}${value}`,
    about: sentence(option.about) + (usual === undefined || usual === "" ? "" : ` [default:${FIRM}${usual}]`)
  }
}

const optionItems = ({ options }: Program): ReadonlyArray<Item> => [
  ...Object.entries(options).flatMap(([name, option]) =>
    option.hidden === true ? [] : [optionItem(name, option)]
  ),
  optionItem("logLevel", logLevel),
  { term: "-h, --help", about: "This help." }
]

const environmentItems = ({ environment = {}, options }: Program): ReadonlyArray<Item> => [
  ...Object.entries({ ...options, logLevel }).flatMap(([name, { env }]) =>
    env === undefined ? [] : [{ term: env, about: `in place of ${flagOf(name)}` }]
  ),
  ...Object.entries(environment).map(([term, about]) => ({ term, about }))
]

const exitCodeItems = ({ exitCodes = {} }: Program): ReadonlyArray<Item> =>
  Object.entries({
    0: "done",
    1: "failed; stderr says what, why, and what to do",
    2: "wrong usage; nothing was done",
    ...("0" in exitCodes ? {} : { "130, 143": "stopped by Ctrl-C or SIGTERM before it was done" }),
    ...exitCodes
  }).map(([term, about]) => ({ term, about }))

const exampleLines = ({ examples = [] }: Definition): ReadonlyArray<string> =>
  examples.length === 0
    ? []
    : [
        "",
        title("Examples"),
        ...examples.flatMap(({ about, command }) => [`  # ${about}`, `  kalshi ${command}`])
      ]

const argumentOf = ({ argument }: Program): string => {
  if (argument === undefined) return ""
  return argument.required ? ` ${argument.value}` : ` [${argument.value}]`
}

const programHelp = (path: string, program: Program, columns: number): ReadonlyArray<string> => {
  const { argument, description, summary } = program
  return [
    sentence(summary),
    "",
    `${title("Usage:")} ${path}${argumentOf(program)} [options]`,
    ...(description === undefined ? [] : ["", ...wrap(description, columns)]),
    ...section(
      title("Argument"),
      argument === undefined ? [] : [{ term: argument.value, about: sentence(argument.about) }],
      columns
    ),
    ...section(title("Options"), optionItems(program), columns),
    ...section(`${title("Environment")}, which a flag beats`, environmentItems(program), columns),
    ...section(title("Exit codes"), exitCodeItems(program), columns),
    ...exampleLines(program)
  ]
}

/** Formats the help of one program or one family of programs. */
export const helpOf = (path: string, definition: Definition, width: number): string => {
  const columns = columnsOf(width)
  if (!isFamily(definition)) return `${programHelp(path, definition, columns).join("\n")}\n`
  const items = definition.programs.map(({ name, summary }) => ({ term: name, about: sentence(summary) }))
  return `${[
    sentence(definition.summary),
    "",
    `${title("Usage:")} ${path} <command> [options]`,
    ...section(title("Commands"), items, columns),
    ...exampleLines(definition),
    "",
    `${path} <command> --help tells the options of each, and shows examples.`
  ].join("\n")}\n`
}

const groupLines = (
  group: Group,
  definitions: ReadonlyArray<Definition>,
  nameColumns: number
): ReadonlyArray<string> => {
  const groupColumns = Math.max(...groups.map((name) => name.length))
  return definitions
    .filter((definition) => definition.group === group)
    .map(({ name, summary }, at) => {
      const head =
        at === 0 ? title(group) + " ".repeat(groupColumns - group.length) : " ".repeat(groupColumns)
      return `${head}  ${name.padEnd(nameColumns)}  ${summary}`
    })
}

/** Formats the list of all programs, grouped by purpose. With 20 programs it fills a screen of 24 rows. */
export const overview = (
  path: string,
  summary: string,
  definitions: ReadonlyArray<Definition>,
  width: number
): string => {
  const columns = columnsOf(width)
  const nameColumns = Math.max(...definitions.map(({ name }) => name.length))
  return `${[
    ...wrap(sentence(summary), columns),
    "",
    ...groups.flatMap((group) => groupLines(group, definitions, nameColumns)),
    `${title("Usage:")} ${path} <command> [options]; ${path} help <command> shows them.`,
    `Start with ${path} demo. Everywhere: --json, --log-level, --help, --version.`
  ].join("\n")}\n`
}
