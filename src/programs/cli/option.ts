/**
 * The options and the argument of a program, as data: what it means, where else it may be set, what it is
 * when nobody sets it, and how its text is read. Nothing here loads what a program needs to run.
 */
import { InvalidArgumentError } from "commander"

export interface Option<A> {
  /** What stands for the value in the help, such as `DIR`. A switch has none. */
  readonly value?: string
  readonly about: string
  /** One letter: `-o` beside `--output`. */
  readonly short?: string
  /** The environment variable that is read when there is no flag; set to nothing, it is not set. */
  readonly env?: string
  /** As a user would type it. */
  readonly usual?: string
  /** What the help says of a default that is no text of its own, such as "exports/ in the data directory". */
  readonly otherwise?: string
  /** The only words that are taken; the help and the completions list them. */
  readonly choices?: ReadonlyArray<string>
  readonly hidden?: boolean
  /** Throws InvalidArgumentError with what is wanted. Called with `undefined` when nothing is given. */
  readonly read: (text: string | undefined) => A
}

export interface Argument<A> {
  /** What stands for it in the help, such as `SQL`. */
  readonly value: string
  readonly about: string
  readonly required: boolean
  readonly read: (text: string | undefined) => A
}

/** Says what a value must be, in words that go behind `--flag value: `. */
export const wanted = (what: string): never => {
  throw new InvalidArgumentError(what)
}

interface Said {
  readonly value: string
  readonly about: string
  readonly short?: string
  readonly env?: string
  readonly otherwise?: string
  readonly choices?: ReadonlyArray<string>
}

/** Given, or left out: then it is `undefined`. */
export const option = <A>(said: Said & { readonly parse: (text: string) => A }): Option<A | undefined> => {
  const { parse, ...rest } = said
  return { ...rest, read: (text) => (text === undefined ? undefined : parse(text)) }
}

/** Given, or what it usually is. */
export const optionOr = <A>(
  usual: string,
  said: Said & { readonly parse: (text: string) => A }
): Option<A> => {
  const { parse, ...rest } = said
  return { ...rest, usual, read: (text) => parse(text ?? usual) }
}

export const flag = (about: string): Option<boolean> => ({ about, read: (text) => text !== undefined })

export const argument = <A>(value: string, about: string, parse: (text: string) => A): Argument<A> => ({
  value,
  about,
  required: true,
  // A program does not start without its required argument.
  read: (text) => parse(text ?? "")
})

/** One that may be left out: then it is `undefined`. */
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

/** Whole numbers within bounds, both included. */
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
  (said: string): Words[number] =>
    words.find((word) => word === said) ?? wanted(`must be one of ${words.join(", ")}`)
