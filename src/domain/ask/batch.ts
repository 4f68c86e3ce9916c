/**
 * Batched requests: one request that names many markets or events. A single bad name can make the exchange
 * refuse the whole request, and an answer can omit some of the names; a batch can therefore be asked again
 * with fewer names.
 */

import { NAME_CHARS_MAX } from "../endpoints.ts"
import type { Batch, FeedRequest } from "./request.ts"

/** The largest number of names that the exchange accepts in one request. */
export const TICKERS_MAX = 100

/**
 * The largest number of characters that the names and their separators may take up in a URL. Servers refuse
 * URLs of 8 kB and more (status 414 or 431); a hundred tickers take up to 6,500 characters.
 */
const NAMES_CHARS_MAX = 7500

/**
 * HTTP statuses with which the exchange may refuse a whole batch because of one bad name. 414 and 431 mean
 * that the list of names is too long.
 */
const NAME_STATUSES: ReadonlySet<number> = new Set([400, 404, 413, 414, 431])

/** Tells whether a refusal with this HTTP status may be due to one name of a batch, so that halves may pass. */
export const blamesAName = (status: number): boolean => NAME_STATUSES.has(status)

/** The length of `tickers=` and `&`, for requests that repeat the parameter for each name. */
const BETWEEN_CHARS = 9

/**
 * Tells whether a name can be put into a request. A comma would split it in two, and an unpaired surrogate
 * cannot be encoded in a URL.
 */
export const isAskable = (name: string): boolean =>
  name !== "" && name.length <= NAME_CHARS_MAX && name.isWellFormed() && !/[,\p{Cc}]/u.test(name)

/** Splits names into groups that fit into one request each. The order of the names is kept. */
export const batches = (names: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> => {
  const groups: Array<Array<string>> = []
  let chars = 0
  for (const name of names) {
    const length = encodeURIComponent(name.toWellFormed()).length + BETWEEN_CHARS
    const group = groups.at(-1)
    if (group === undefined || group.length === TICKERS_MAX || chars + length > NAMES_CHARS_MAX) {
      groups.push([name])
      chars = length
    } else {
      group.push(name)
      chars += length
    }
  }
  return groups
}

/** Builds a request for the given names that can later be repeated with fewer of them. */
export const batched = (
  names: ReadonlyArray<string>,
  expectsEach: boolean,
  ask: (names: ReadonlyArray<string>) => FeedRequest
): FeedRequest => ({
  ...ask(names),
  batch: { names, expectsEach, ask: (fewer) => batched(fewer, expectsEach, ask) }
})

/**
 * Returns the names that a request asked about and that its answer lacks. `names` are the names of the items
 * in each list of the answer.
 */
export const leftOut = (
  { batch, items }: FeedRequest,
  names: Readonly<Record<string, ReadonlyArray<string>>>
): ReadonlyArray<string> => {
  if (batch?.expectsEach !== true || items === null) return []
  const answered = new Set(names[items] ?? [])
  return batch.names.filter((name) => !answered.has(name))
}

/**
 * The largest number of names that `parts` splits into one request per name. A longer list is split in
 * halves.
 */
const SINGLES_MAX = 10

/** Splits a batch into smaller requests for the given names: one request per name, or two halves. */
export const parts = ({ ask }: Batch, names: ReadonlyArray<string>, by: "halves" | "names") => {
  if (by === "names" && names.length <= SINGLES_MAX) return names.map((name) => ask([name]))
  const middle = Math.ceil(names.length / 2)
  return [names.slice(0, middle), names.slice(middle)].filter((some) => some.length > 0).map(ask)
}
