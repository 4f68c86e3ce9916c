/**
 * The options and arguments of programs, as data: meaning, environment variable, default and parser. Nothing
 * here loads the code of a program.
 */
import { InvalidArgumentError } from "commander"

export interface Option<A> {
  /** The placeholder of the value in the help, such as `DIR`. A switch has none. */
  readonly value?: string
  readonly about: string
  /** The one-letter form of the flag: `o` for `-o` beside `--output`. */
  readonly short?: string
  /** The environment variable that is read if the flag is absent. An empty variable counts as unset. */
  readonly env?: string
  /** The default value, as a user would type it. */
  readonly usual?: string
  /**
   * The help's description of a default that is not a fixed text, such as "exports/ in the data directory".
   */
  readonly otherwise?: string
  /** The accepted values, if there is a fixed list of them. The help and the completions show them. */
  readonly choices?: ReadonlyArray<string>
  readonly hidden?: boolean
  /** Whether the flag may be repeated. Each of its values is then read, and the results are joined to one list. */
  readonly repeats?: boolean
  /**
   * Parses the value, or `undefined` if none is given. Throws `InvalidArgumentError` with what is expected.
   */
  readonly read: (text: string | undefined) => A
}

export interface Argument<A> {
  /** The placeholder of the argument in the help, such as `SQL`. */
  readonly value: string
  readonly about: string
  readonly required: boolean
  readonly read: (text: string | undefined) => A
}

/** Throws an error that says what a value must be. The text completes `--flag value: `. */
export const wanted = (what: string): never => {
  throw new InvalidArgumentError(what)
}

interface OptionText {
  readonly value: string
  readonly about: string
  readonly short?: string
  readonly env?: string
  readonly otherwise?: string
  readonly choices?: ReadonlyArray<string>
}

/** Builds an option without a default: its value is `undefined` if it is left out. */
export const option = <A>(
  description: OptionText & { readonly parse: (text: string) => A }
): Option<A | undefined> => {
  const { parse, ...rest } = description
  return { ...rest, read: (text) => (text === undefined ? undefined : parse(text)) }
}

/** Builds an option with a default value. */
export const optionOr = <A>(
  usual: string,
  description: OptionText & { readonly parse: (text: string) => A }
): Option<A> => {
  const { parse, ...rest } = description
  return { ...rest, usual, read: (text) => parse(text ?? usual) }
}

/** Builds an option that may be repeated. Its value is a list, which is empty if it is left out. */
export const repeated = <A>(
  description: OptionText & { readonly parse: (text: string) => A }
): Option<ReadonlyArray<A>> => {
  const { parse, ...rest } = description
  return { ...rest, repeats: true, read: (text) => (text === undefined ? [] : [parse(text)]) }
}

export const flag = (about: string): Option<boolean> => ({ about, read: (text) => text !== undefined })

export const argument = <A>(value: string, about: string, parse: (text: string) => A): Argument<A> => ({
  value,
  about,
  required: true,
  // The empty string is never parsed: commander refuses a command line that lacks a required argument.
  read: (text) => parse(text ?? "")
})

/** Builds an optional argument: its value is `undefined` if it is left out. */
export const optionalArgument = <A>(
  value: string,
  about: string,
  parse: (text: string) => A
): Argument<A | undefined> => ({
  value,
  about,
  required: false,
  read: (text) => (text === undefined ? undefined : parse(text))
})

export const text = (words: string): string => (words.trim() === "" ? wanted("must not be empty") : words)

/** Builds a parser for integers from `least` to `most`, both included. */
export const integer =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (words: string): number => {
    const number = /^[+-]?\d+$/.test(words.trim()) ? Number(words) : Number.NaN
    if (number >= least && number <= most) return number
    return wanted(
      most === Number.MAX_SAFE_INTEGER
        ? `must be an integer, at least ${least}`
        : `must be an integer from ${least} to ${most}`
    )
  }

export const positive = (words: string): number => {
  const number = words.trim() === "" ? Number.NaN : Number(words)
  return number > 0 && Number.isFinite(number) ? number : wanted("must be a number above 0")
}

export const oneOf =
  <const Words extends ReadonlyArray<string>>(words: Words) =>
  (typed: string): Words[number] =>
    words.find((word) => word === typed) ?? wanted(`must be one of ${words.join(", ")}`)
