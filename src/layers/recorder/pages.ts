/**
 * A listing as a stream of pages. The next page is asked for only when the one before it has been taken,
 * so a page is in the log before its cursor is followed. An answer that is an error ends the stream as
 * its last page, to be recorded like any other.
 */
import { Effect, HashSet, Option, Stream } from "effect"
import { canonicalRequest, type FeedRequest } from "../../domain/ask/feed.ts"
import { ExchangeRefused, type ExchangeUnreachable, ListingEndless } from "../../domain/errors.ts"
import type { KalshiApi, RawRequest, RawResponse } from "../../services/KalshiApi.ts"
import { watch } from "./endless.ts"

export interface Page {
  readonly request: string
  readonly page: number
  readonly cursor: string | null
  readonly response: RawResponse
  readonly items: number
  /** The number of items that should have a price and have none. */
  readonly unquoted: number
  /** Why this answer is not a page of the listing, if it is not. */
  readonly refused: Option.Option<ExchangeRefused | ListingEndless>
}

/** Of an answer that is not a page. */
const NO_ITEMS = 0

interface Position {
  readonly page: number
  readonly cursor: string | null
  readonly seen: HashSet.HashSet<string>
}

/** Where a walk begins, or goes on that was cut short. */
export interface Start {
  readonly page: number
  readonly cursor: string | null
}

export const FIRST_PAGE: Start = { page: 0, cursor: null }

export const pages = (
  api: KalshiApi["Type"],
  feedRequest: FeedRequest,
  asker: Pick<RawRequest, "feed" | "background">,
  from: Start = FIRST_PAGE
): Stream.Stream<Page, ExchangeUnreachable | ExchangeRefused> => {
  const request = canonicalRequest(feedRequest)
  const { endpoint } = feedRequest
  const start: Position = { ...from, seen: HashSet.fromIterable(from.cursor === null ? [] : [from.cursor]) }
  const walk = (endless: ReturnType<typeof watch>) =>
    Stream.paginateEffect(start, ({ cursor, page, seen }) =>
      Effect.map(api.get({ ...asker, endpoint, pathAndQuery: withCursor(request, cursor) }), (response) => {
        const whole = {
          request,
          page,
          cursor,
          response,
          items: feedRequest.items === null ? 1 : (response.inspection.lists[feedRequest.items] ?? NO_ITEMS)
        }
        const unquoted = feedRequest.priced ? whole.items - quotedOf(feedRequest, response) : 0
        const last = (refused: Page["refused"], items = whole.items) =>
          [{ ...whole, unquoted, items, refused }, Option.none<Position>()] as const
        const problem = whyRefused(response, feedRequest)
        if (problem !== undefined) {
          const { attempts, status } = response
          return last(Option.some(new ExchangeRefused({ request, status, why: problem, attempts })), NO_ITEMS)
        }
        const next = feedRequest.paged ? response.inspection.cursor : undefined
        if (next === undefined) return last(Option.none())
        const names = feedRequest.items === null ? [] : (response.inspection.names[feedRequest.items] ?? [])
        const why = HashSet.has(seen, next)
          ? "it names the same next page again"
          : endless({ page, items: whole.items, names })
        return why === undefined
          ? ([
              { ...whole, unquoted, refused: Option.none() },
              Option.some({ page: page + 1, cursor: next, seen: HashSet.add(seen, next) })
            ] as const)
          : last(Option.some(new ListingEndless({ request, page, why })))
      })
    )
  return Stream.suspend(() => walk(watch(endpoint)))
}

const quotedOf = ({ items }: FeedRequest, { inspection }: RawResponse): number =>
  items === null ? 0 : (inspection.quoted[items] ?? 0)

const withCursor = (request: string, cursor: string | null): string =>
  cursor === null
    ? request
    : `${request}${request.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`

/** Why an answer is not a page of the listing; nothing, if it is one. */
export const whyRefused = (
  { body, inspection, status }: Pick<RawResponse, "body" | "inspection" | "status">,
  { items, paged }: FeedRequest
): string | undefined => {
  if (status === 200) {
    if (!inspection.whole) return inspection.why ?? "the body is not JSON"
    // A body without its list is no page, and must not pass for the end of the listing.
    if (items !== null && inspection.lists[items] === undefined) return `the body has no list of ${items}`
    return paged && inspection.cursorUnreadable ? "its cursor is not text that can be asked with" : undefined
  }
  if (status > 200 && status < 300) return "only 200 is an answer to it"
  return inspection.error ?? (body.length === 0 ? "an empty body" : "a body that is not the exchange's own")
}
