/**
 * Resolves the values of a program's options. A flag takes precedence over the environment variable, and that
 * over the default.
 */
import { InvalidArgumentError } from "commander"
import type { Options, ValuesOf } from "./definition.ts"
import type { Argument, Option } from "./option.ts"

/** The text of an option as typed: `true` for a switch, and all texts of an option that repeats. */
export type Typed = string | true | ReadonlyArray<string>

/** The words as typed: the text of each option, and the argument. */
export interface Words {
  readonly options: Readonly<Record<string, Typed | undefined>>
  readonly argument: string | undefined
}

/** The command line makes no sense. The message names the flag and the value. */
export class WrongWords extends Error {}

/** Converts an option's name to its flag: `dataDir` → `--data-dir`. */
export const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** The length to which a value is cut in an error message. A value may be a whole query. */
const VALUE_CHARS_MAX = 60

/**
 * Matches the user and password of a URL, even of a mistyped one as far as possible, and its query string.
 */
const SECRETS = /(^|\/\/)[^/\s]*@|(?<=^https?:[^\s]*)[?#].*$/g

const brief = (value: string): string => {
  const shown = value.replace(SECRETS, "$1…")
  return shown.length > VALUE_CHARS_MAX ? `${shown.slice(0, VALUE_CHARS_MAX)}…` : shown
}

const quoted = (value: string): string => (value === "" || /\s/.test(value) ? JSON.stringify(value) : value)

const inWords = <A>(where: string, value: string | undefined, read: () => A): A => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    throw new WrongWords(`${where}${value === undefined ? "" : ` ${quoted(brief(value))}`}: ${error.message}`)
  }
}

const resolveOption = (
  name: string,
  option: Option<unknown>,
  typed: Typed | undefined,
  environment: NodeJS.ProcessEnv
): unknown => {
  if (option.value === undefined) return option.read(typed === undefined ? undefined : "")
  // An option that repeats reads a list from each of its texts.
  if (typeof typed === "object")
    return typed.flatMap((text) => inWords(flagOf(name), text, () => option.read(text)))
  if (typeof typed === "string") return inWords(flagOf(name), typed, () => option.read(typed))
  const set = option.env === undefined ? undefined : environment[option.env]
  return set === undefined || set === ""
    ? option.read(undefined)
    : inWords(option.env ?? "", set, () => option.read(set))
}

export const resolve = <const O extends Options, A = undefined>(
  about: { readonly options: O; readonly argument?: Argument<A> | undefined },
  words: Words,
  environment: NodeJS.ProcessEnv
): { readonly values: ValuesOf<O>; readonly argument: A } => {
  const { argument, options } = about
  const values = Object.entries(options).map(([name, option]) => [
    name,
    resolveOption(name, option, words.options[name], environment)
  ])
  return {
    // The cast is safe, because each value was read by the option of its name.
    values: Object.fromEntries(values) as ValuesOf<O>,
    argument: (argument === undefined
      ? undefined
      : inWords(argument.value, words.argument, () => argument.read(words.argument))) as A
  }
}
