/**
 * Parses lists of names as values of options. Each name must be known, or at least be spelled as such names
 * are.
 */
import { wanted } from "./option.ts"
import { span } from "./time.ts"

/**
 * Builds a parser for a comma-separated list. An empty list is refused, because the program would do nothing
 * and report success.
 */
const listOf =
  <A>(what: string, parse: (word: string) => A) =>
  (typed: string): ReadonlyArray<A> => {
    const words = new Set(typed.split(",").flatMap((word) => (word.trim() === "" ? [] : [word.trim()])))
    return words.size === 0 ? wanted(`must name at least one ${what}`) : [...words].map(parse)
  }

/** Builds a parser for some of the given names. Each is returned once, in the order typed. */
export const someOf = <const Names extends ReadonlyArray<string>>(
  what: string,
  names: Names
): ((typed: string) => ReadonlyArray<Names[number]>) =>
  listOf(
    what,
    (word) =>
      names.find((name) => name === word) ??
      wanted(`there is no ${what} ${word}; take some of ${names.join(", ")}`)
  )

/**
 * Parses a ticker. The exchange writes tickers in capital letters, and answers any other spelling with an
 * empty result.
 */
export const ticker = (typed: string): string => {
  const word = typed.trim()
  if (word === "") return wanted("must not be empty")
  return /[a-z\s]/.test(word) ? wanted("must be a ticker in capital letters, such as KXHIGHNY") : word
}

/** Parses a market ticker. It must contain a dash or a digit, so that a word such as ALL is refused. */
export const marketTicker = (word: string): string =>
  !/[a-z\s]/.test(word) && /[-\d]/.test(word)
    ? word
    : wanted(`${word} is no ticker of a market, such as KXHIGHNY-26NOV22-T58`)

export const marketTickers = listOf("market", marketTicker)

/** Parses series tickers. A word in lower case is refused, because the exchange would know no such series. */
export const seriesTickers = listOf("series", ticker)

/** Parses names of categories, which may contain spaces, such as `Climate and Weather`. */
export const categories = listOf("category", (word) => word)

/** Parses lengths of time such as `1h,1d,7d`, and returns them in ascending order. */
export const spans = (typed: string): ReadonlyArray<number> =>
  [...new Set(listOf("length of time", span)(typed))].sort((one, other) => one - other)
