/**
 * Requests about markets or events by name, as many in one as the exchange takes. One bad name may take the whole
 * request with it, and an answer may leave some out: such a request can be asked again about fewer of them.
 */
import type { FeedRequest } from "./feed.ts"
import { isObject } from "./wire/shape.ts"

/** Longer lists are refused. */
export const TICKERS_MAX = 100

/**
 * Characters of all names in a URL, with what stands between them. Servers refuse URLs of 8 kB and more (414, 431);
 * a hundred tickers are up to 6,500.
 */
const NAMES_CHARS_MAX = 7500

/** `tickers=` and `&`, where the parameter is repeated for each name. */
const BETWEEN_CHARS = 9

/** The longest ticker seen has 70 characters (2026). */
const NAME_CHARS_MAX = 200

/** Whether a name can be asked for: a comma would make two of it, and half a surrogate pair has no bytes in a URL. */
export const isAskable = (name: string): boolean =>
  name !== "" && name.length <= NAME_CHARS_MAX && name.isWellFormed() && !/[,\p{Cc}]/u.test(name)

/** In groups that fit into one request each, in their order. */
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

export interface Batch {
  readonly names: ReadonlyArray<string>
  /** Where an item of the answer says whom it is about; `null` where to be left out is an answer, too. */
  readonly nameKey: string | null
  /** The same request about fewer. */
  readonly ask: (names: ReadonlyArray<string>) => FeedRequest
}

/** A request about these names, which knows how it is asked about fewer. */
export const batched = (
  names: ReadonlyArray<string>,
  nameKey: string | null,
  ask: (names: ReadonlyArray<string>) => FeedRequest
): FeedRequest => ({
  ...ask(names),
  batch: { names, nameKey, ask: (fewer) => batched(fewer, nameKey, ask) }
})

/** Whom the answer has left out, of those who were asked about. */
export const leftOut = ({ batch, items }: FeedRequest, body: unknown): ReadonlyArray<string> => {
  if (batch === undefined || batch.nameKey === null || items === null) return []
  const { nameKey, names } = batch
  const list = isObject(body) ? body[items] : undefined
  const answered = new Set(Array.isArray(list) ? list.map((item) => isObject(item) && item[nameKey]) : [])
  return names.filter((name) => !answered.has(name))
}

/** Up to so many are asked for one by one; more by halves. */
const SINGLES_MAX = 10

/** Smaller requests for the same names; none, where there is only one. */
export const parts = ({ ask }: Batch, names: ReadonlyArray<string>, by: "halves" | "names") => {
  if (by === "names" && names.length <= SINGLES_MAX) return names.map((name) => ask([name]))
  const middle = Math.ceil(names.length / 2)
  return [names.slice(0, middle), names.slice(middle)].filter((some) => some.length > 0).map(ask)
}
