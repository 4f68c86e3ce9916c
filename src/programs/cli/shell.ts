/** Writes commands as they are typed into a shell. */
import { flagOf, type Words } from "./resolve.ts"

/** Quotes a word for a shell, if it needs quotes. */
export const quotedWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/**
 * Writes the command that was typed, with the values of `always` also where they came from the environment or a default:
 * it gives the same result in another shell.
 */
export const typedCommand = (
  path: string,
  { argument, options }: Words,
  always: Readonly<Record<string, string>>
): string =>
  [
    `kalshi ${path}`,
    ...(argument === undefined ? [] : [quotedWord(argument)]),
    ...Object.entries({ ...always, ...options }).flatMap(([name, value]) => {
      if (value === undefined || name === "logLevel") return []
      if (value === true) return [flagOf(name)]
      return [value].flat().map((one) => `${flagOf(name)} ${quotedWord(one)}`)
    })
  ].join(" ")
