/**
 * A listing as a stream of pages. The next page is asked for only when the one before it has been taken,
 * so a page is in the log before its cursor is followed. An answer that is an error ends the stream as
 * its last page, to be recorded like any other.
 */
import { Effect, HashSet, Option, Stream } from "effect"
import { CursorRepeated, ExchangeRefused, type ExchangeUnreachable } from "../../domain/errors.ts"
import { canonicalRequest, type FeedRequest } from "../../domain/feed.ts"
import { isObject } from "../../domain/wire/shape.ts"
import type { KalshiApi, RawResponse } from "../../services/KalshiApi.ts"

export interface Page {
  readonly request: string
  readonly page: number
  readonly cursor: string | null
  readonly response: RawResponse
  readonly items: number
  /** Why this answer is not a page of the listing, if it is not. */
  readonly refused: Option.Option<ExchangeRefused | CursorRepeated>
}

interface Position {
  readonly page: number
  readonly cursor: string | null
  readonly seen: HashSet.HashSet<string>
}

const start: Position = { page: 0, cursor: null, seen: HashSet.empty() }

export const pages = (
  api: KalshiApi["Type"],
  feedRequest: FeedRequest
): Stream.Stream<Page, ExchangeUnreachable> => {
  const request = canonicalRequest(feedRequest)
  return Stream.paginateEffect(start, ({ cursor, page, seen }) =>
    Effect.map(api.get({ pathAndQuery: withCursor(request, cursor) }), (response) => {
      const whole = { request, page, cursor, response, items: itemsOf(response.json, feedRequest.items) ?? 0 }
      const problem = whyRefused(response, feedRequest)
      if (problem !== undefined) {
        const { attempts, status } = response
        const refused = new ExchangeRefused({ request, status, why: problem, attempts })
        return [{ ...whole, items: 0, refused: Option.some(refused) }, Option.none()] as const
      }
      const next = feedRequest.paged ? nextCursor(response.json) : undefined
      if (next === undefined) return [{ ...whole, refused: Option.none() }, Option.none()] as const
      return HashSet.has(seen, next)
        ? ([
            { ...whole, refused: Option.some(new CursorRepeated({ request, page })) },
            Option.none()
          ] as const)
        : ([
            { ...whole, refused: Option.none() },
            Option.some({ page: page + 1, cursor: next, seen: HashSet.add(seen, next) })
          ] as const)
    })
  )
}

const withCursor = (request: string, cursor: string | null): string =>
  cursor === null
    ? request
    : `${request}${request.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`

/** The end of a listing is an empty, null or absent cursor; a short page is not. */
const nextCursor = (body: unknown): string | undefined =>
  isObject(body) && typeof body.cursor === "string" && body.cursor !== "" ? body.cursor : undefined

/** A list may come as null; a body without it is no page, and must not pass for the end of the listing. */
const itemsOf = (body: unknown, key: string): number | undefined => {
  const items = isObject(body) ? body[key] : undefined
  return items === null ? 0 : Array.isArray(items) ? items.length : undefined
}

const whyRefused = (
  { body, json, status }: RawResponse,
  { items, paged }: FeedRequest
): string | undefined => {
  if (status >= 200 && status < 300) {
    if (json === undefined) return "the body is not JSON"
    if (itemsOf(json, items) === undefined) return `the body has no list of ${items}`
    return paged && isObject(json) && !isCursor(json.cursor) ? "its cursor is not text" : undefined
  }
  return errorWords(json) ?? (body.length === 0 ? "an empty body" : "a body that is not the exchange's own")
}

const isCursor = (cursor: unknown): boolean =>
  cursor === undefined || cursor === null || typeof cursor === "string"

/** Error bodies come as an envelope, flat, or as a bare string. */
const errorWords = (body: unknown): string | undefined => {
  if (!isObject(body)) return undefined
  if (typeof body.error === "string") return body.error
  const error = isObject(body.error) ? body.error : body
  const words = [error.code, error.message, error.details].filter((word) => typeof word === "string")
  return words.length === 0 ? undefined : words.join(", ")
}
