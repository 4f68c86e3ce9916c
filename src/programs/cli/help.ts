/** Help as text of a given width: of all programs on one screen, and of each one with all there is to say. */
import { type Definition, type Group, groups, isFamily, type Program } from "./definition.ts"
import { logLevel } from "./log-level.ts"
import type { Option } from "./option.ts"
import { flagOf } from "./resolve.ts"

/** Longer lines are hard to read, however wide the screen is. */
const COLUMNS_MAX = 100

/** Words in lines of at most so many columns; a longer word has a line of its own. */
const wrap = (text: string, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else {
      line = line === "" ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

/** A term, and beside it what it means; in as many lines as that needs. */
const item = (term: string, about: string, termColumns: number, columns: number): ReadonlyArray<string> => {
  const lines = wrap(about, columns - termColumns - 4)
  const [first = "", ...rest] = lines
  const beside = `  ${term.padEnd(termColumns)}  `
  return term.length > termColumns
    ? [`  ${term}`, ...lines.map((line) => `${" ".repeat(termColumns + 4)}${line}`)]
    : [`${beside}${first}`, ...rest.map((line) => `${" ".repeat(beside.length)}${line}`)].map((line) =>
        line.trimEnd()
      )
}

interface Item {
  readonly term: string
  readonly about: string
}

const TERM_COLUMNS_MAX = 30

const section = (title: string, items: ReadonlyArray<Item>, columns: number): ReadonlyArray<string> => {
  const termColumns = Math.min(TERM_COLUMNS_MAX, Math.max(...items.map(({ term }) => term.length)))
  return items.length === 0
    ? []
    : ["", `${title}:`, ...items.flatMap(({ about, term }) => item(term, about, termColumns, columns))]
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

const optionItem = (name: string, option: Option<unknown>): Item => {
  const usual = option.otherwise ?? option.usual
  const notes = [
    ...(usual === undefined || usual === "" ? [] : [`default: ${usual}`]),
    ...(option.env === undefined ? [] : [`environment: ${option.env}`])
  ]
  return {
    term: `${option.short === undefined ? "    " : `-${option.short}, `}${flagOf(name)}${option.value === undefined ? "" : ` ${option.value}`}`,
    about: notes.length === 0 ? sentence(option.about) : `${sentence(option.about)} [${notes.join("; ")}]`
  }
}

const everywhere: ReadonlyArray<Item> = [
  optionItem("logLevel", logLevel),
  { term: "-h, --help", about: "This help." }
]

const exitCodes = (definition: Definition): ReadonlyArray<Item> => {
  const more = isFamily(definition) ? undefined : definition.exitCodes
  return Object.entries({
    0: "done",
    1: "failed; stderr says what, why, and what to do",
    2: "wrong usage",
    "130, 143": "stopped by Ctrl-C or SIGTERM before it was done",
    ...more
  }).map(([term, about]) => ({ term, about }))
}

const examples = (definition: Definition): ReadonlyArray<string> => {
  const some = definition.examples ?? []
  return some.length === 0
    ? []
    : ["", "Examples:", ...some.flatMap(({ about, command }) => [`  # ${about}`, `  kalshi ${command}`])]
}

const programHelp = (path: string, program: Program, columns: number): ReadonlyArray<string> => {
  const { argument } = program
  const word = argument === undefined ? "" : argument.required ? ` ${argument.value}` : ` [${argument.value}]`
  return [
    ...wrap(sentence(program.summary), columns),
    "",
    `Usage: ${path}${word} [options]`,
    ...(program.description === undefined ? [] : ["", ...wrap(program.description, columns)]),
    ...(argument === undefined
      ? []
      : section("Argument", [{ term: argument.value, about: sentence(argument.about) }], columns)),
    ...section(
      "Options",
      [
        ...Object.entries(program.options).flatMap(([name, option]) =>
          option.hidden === true ? [] : [optionItem(name, option)]
        ),
        ...everywhere
      ],
      columns
    ),
    ...section("Exit codes", exitCodes(program), columns),
    ...examples(program)
  ]
}

const columnsOf = (width: number): number => Math.min(COLUMNS_MAX, Math.max(40, width))

/** Of one program, or of several under one name. */
export const helpOf = (path: string, definition: Definition, width: number): string => {
  const columns = columnsOf(width)
  if (!isFamily(definition)) return `${programHelp(path, definition, columns).join("\n")}\n`
  const items = definition.programs.map(({ name, summary }) => ({ term: name, about: sentence(summary) }))
  return `${[
    ...wrap(sentence(definition.summary), columns),
    "",
    `Usage: ${path} <command> [options]`,
    ...section("Commands", items, columns),
    ...examples(definition),
    "",
    `${path} <command> --help tells the options of each.`
  ].join("\n")}\n`
}

const grouped = (
  group: Group,
  definitions: ReadonlyArray<Definition>,
  nameColumns: number,
  columns: number
): ReadonlyArray<string> => {
  const groupColumns = Math.max(...groups.map((name) => name.length))
  return definitions
    .filter((definition) => definition.group === group)
    .flatMap(({ name, summary }, at) => {
      const head = `${(at === 0 ? group : "").padEnd(groupColumns)}  ${name.padEnd(nameColumns)}  `
      const [first = "", ...rest] = wrap(summary, columns - head.length)
      return [`${head}${first}`, ...rest.map((line) => `${" ".repeat(head.length)}${line}`)]
    })
}

/** Of all of them, by what they are for. */
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
    `Usage: ${path} <command> [options]`,
    "",
    ...groups.flatMap((group) => grouped(group, definitions, nameColumns, columns)),
    "",
    ...wrap(
      `Start with kalshi demo. ${path} help <command> tells its options and shows examples; --version tells the version.`,
      columns
    )
  ].join("\n")}\n`
}
