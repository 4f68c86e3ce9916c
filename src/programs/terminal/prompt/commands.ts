/** The commands of the prompt, which begin with a dot. */
import { FORMATS, type Format } from "../formats/names.ts"

/** The formats that a terminal can show. */
export const SHOWN_FORMATS = FORMATS.filter((format) => format !== "parquet")

export type PromptCommand =
  | { readonly kind: "help" | "quit" | "tables" }
  | { readonly kind: "schema"; readonly name: string }
  | { readonly kind: "format"; readonly format: Format }
  | { readonly kind: "rows"; readonly rows: number }
  | { readonly kind: "timer"; readonly on: boolean }
  | { readonly kind: "wrong"; readonly why: string }

interface Described {
  readonly usage: string
  readonly about: string
  readonly parse: (word: string | undefined) => PromptCommand
}

const wrong = (why: string): PromptCommand => ({ kind: "wrong", why })

const commands: Readonly<Record<string, Described>> = {
  ".help": { usage: ".help", about: "this list", parse: () => ({ kind: "help" }) },
  ".tables": { usage: ".tables", about: "the tables, views and macros", parse: () => ({ kind: "tables" }) },
  ".schema": {
    usage: ".schema NAME",
    about: "the columns of a table or view, or the parameters of a macro",
    parse: (name) =>
      name === undefined ? wrong("name one, as in .schema markets") : { kind: "schema", name }
  },
  ".format": {
    usage: ".format NAME",
    about: `how rows are written: ${SHOWN_FORMATS.join(", ")}`,
    parse: (word) => {
      const format = SHOWN_FORMATS.find((name) => name === word)
      return format === undefined
        ? wrong(`the format is one of ${SHOWN_FORMATS.join(", ")}`)
        : { kind: "format", format }
    }
  },
  ".rows": {
    usage: ".rows N",
    about: "how many rows a table shows, or all",
    parse: (word = "") =>
      word === "all"
        ? { kind: "rows", rows: Number.POSITIVE_INFINITY }
        : /^[1-9]\d{0,8}$/.test(word)
          ? { kind: "rows", rows: Number(word) }
          : wrong("the number of rows is an integer, at least 1, or all")
  },
  ".timer": {
    usage: ".timer on|off",
    about: "whether to tell how long each statement took",
    parse: (word) =>
      word === "on" || word === "off" ? { kind: "timer", on: word === "on" } : wrong("the timer is on or off")
  },
  ".quit": { usage: ".quit", about: "ends the prompt, as Ctrl-D does", parse: () => ({ kind: "quit" }) }
}

export const commandNames: ReadonlyArray<string> = Object.keys(commands)

const usageColumns = Math.max(...Object.values(commands).map(({ usage }) => usage.length))

export const commandHelp: ReadonlyArray<string> = Object.values(commands).map(
  ({ about, usage }) => `${usage.padEnd(usageColumns)}  ${about}`
)

/** Returns the command in a line, or nothing if the line is SQL. */
export const commandIn = (line: string): PromptCommand | undefined => {
  const [name = "", word, ...more] = line.trim().replace(/;$/, "").split(/\s+/)
  if (/^(?:exit|quit)$/i.test(name) && word === undefined) return { kind: "quit" }
  if (!name.startsWith(".")) return undefined
  const command = commands[name === ".exit" ? ".quit" : name]
  if (command === undefined) return wrong(`there is no command ${name}; .help lists them`)
  return more.length > 0 ? wrong(`too many words; it is ${command.usage}`) : command.parse(word)
}
