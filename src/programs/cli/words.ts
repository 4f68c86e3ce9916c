/** Lists of names as values of options: each name is known, or at least spelled as such names are. */
import { wanted } from "./option.ts"

/** Comma-separated; a choice of nothing would do nothing, and call it complete. */
const listOf =
  <A>(what: string, parse: (word: string) => A) =>
  (said: string): ReadonlyArray<A> => {
    const words = new Set(said.split(",").flatMap((word) => (word.trim() === "" ? [] : [word.trim()])))
    return words.size === 0 ? wanted(`must name at least one ${what}`) : [...words].map(parse)
  }

/** Some of these, each once, in the order in which they are named. */
export const someOf = <const Names extends ReadonlyArray<string>>(
  what: string,
  names: Names
): ((said: string) => ReadonlyArray<Names[number]>) =>
  listOf(
    what,
    (word) =>
      names.find((name) => name === word) ??
      wanted(`there is no ${what} ${word}; take some of ${names.join(", ")}`)
  )

/**
 * The exchange writes the names of series, events and markets in capital letters, and answers a name that is
 * spelled otherwise with nothing at all.
 */
export const ticker = (said: string): string => {
  const word = said.trim()
  if (word === "") return wanted("must not be empty")
  return /[a-z\s]/.test(word) ? wanted("must be a ticker in capital letters, such as KXHIGHNY") : word
}

/** Each names a market, and has a dash or a digit: a word such as ALL is none. */
const marketTicker = (word: string): string =>
  !/[a-z\s]/.test(word) && /[-\d]/.test(word)
    ? word
    : wanted(`${word} is no ticker of a market, such as KXHIGHNY-26NOV22-T58`)

export const marketTickers = listOf("market", marketTicker)
