/**
 * A listing as a stream of pages. The next page is requested only when the one before it has been taken, so a
 * page can be logged before its cursor is followed. An error answer ends the stream as its last page, so that it
 * is recorded like any other.
 */

import { Effect, HashSet, Option, Stream } from "effect"
import { canonicalRequest, type FeedRequest } from "../../domain/ask/request.ts"
import { ExchangeRefused, type ExchangeUnreachable, ListingEndless } from "../../domain/errors.ts"
import type { KalshiApi, RawRequest, RawResponse } from "../../services/KalshiApi.ts"
import { watch } from "./endless-listing.ts"

export interface ListingPage {
  readonly request: string
  readonly page: number
  readonly cursor: string | null
  readonly response: RawResponse
  /** The number of items; 0 for an answer that is not a page of the listing. */
  readonly items: number
  /** The number of items that should have a price and have none. */
  readonly unquoted: number
  /** The reason why this answer ends the listing before its end, if it does. */
  readonly refused: Option.Option<ExchangeRefused | ListingEndless>
}

/** The page at which a walk begins, or resumes after it was cut short. */
export interface PageStart {
  readonly page: number
  readonly cursor: string | null
}

export const FIRST_PAGE: PageStart = { page: 0, cursor: null }

interface Position extends PageStart {
  readonly seen: HashSet.HashSet<string>
}

export const pages = (
  api: KalshiApi["Type"],
  feedRequest: FeedRequest,
  asker: Pick<RawRequest, "feed" | "background">,
  from: PageStart
): Stream.Stream<ListingPage, ExchangeUnreachable | ExchangeRefused> => {
  const request = canonicalRequest(feedRequest)
  const { endpoint, items: key } = feedRequest
  const start: Position = { ...from, seen: HashSet.fromIterable(from.cursor === null ? [] : [from.cursor]) }
  const paginate = (endless: ReturnType<typeof watch>) =>
    Stream.paginateEffect(start, ({ cursor, page, seen }) =>
      Effect.map(api.get({ ...asker, endpoint, pathAndQuery: withCursor(request, cursor) }), (response) => {
        const { inspection } = response
        const problem = whyRefused(response, feedRequest)
        const items = problem !== undefined ? 0 : key === null ? 1 : (inspection.lists[key] ?? 0)
        const unquoted =
          feedRequest.priced && key !== null && problem === undefined
            ? items - (inspection.quoted[key] ?? 0)
            : 0
        const pageWith = (refused: ListingPage["refused"], next: Option.Option<Position>) =>
          [{ request, page, cursor, response, items, unquoted, refused }, next] as const
        const refuse = (why: ExchangeRefused | ListingEndless) => pageWith(Option.some(why), Option.none())

        if (problem !== undefined) {
          const { attempts, status } = response
          return refuse(new ExchangeRefused({ request, status, why: problem, attempts }))
        }
        const next = feedRequest.paged ? inspection.cursor : undefined
        if (next === undefined) return pageWith(Option.none(), Option.none())
        const why = HashSet.has(seen, next)
          ? "it names the same next page again"
          : endless({ page, items, names: key === null ? [] : (inspection.names[key] ?? []) })
        return why === undefined
          ? pageWith(
              Option.none(),
              Option.some({ page: page + 1, cursor: next, seen: HashSet.add(seen, next) })
            )
          : refuse(new ListingEndless({ request, page, why }))
      })
    )
  return Stream.suspend(() => paginate(watch(endpoint)))
}

const withCursor = (request: string, cursor: string | null): string =>
  cursor === null
    ? request
    : `${request}${request.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`

/** Returns the reason why an answer is not a page of the listing, or `undefined` if it is one. */
export const whyRefused = (
  { body, inspection, status }: Pick<RawResponse, "body" | "inspection" | "status">,
  { items, paged }: FeedRequest
): string | undefined => {
  if (status === 200) {
    if (!inspection.whole) return inspection.why ?? "the body is not JSON"
    // A body without its list is not a page, and must not pass for the end of the listing.
    if (items !== null && inspection.lists[items] === undefined) return `the body has no list of ${items}`
    return paged && inspection.cursorUnreadable ? "its cursor is not text that can be asked with" : undefined
  }
  if (status > 200 && status < 300) return "only 200 is an answer to it"
  return inspection.error ?? (body.length === 0 ? "an empty body" : "a body that is not the exchange's own")
}
