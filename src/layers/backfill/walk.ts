/** One listing of a backfill: from its first page, or on from the last that is in the log. */
import { Effect, Option, Stream } from "effect"
import { BACKFILL_FEED, cutoffRequest } from "../../domain/backfill.ts"
import { canonicalRequest, type FeedRequest } from "../../domain/feed.ts"
import type { SlotSeconds } from "../../domain/time.ts"
import { Inspector } from "../../services/Inspector.ts"
import { KalshiApi } from "../../services/KalshiApi.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { FIRST_PAGE, type Page, pages, type Start, whyRefused } from "../recorder/pages.ts"

const BAD_REQUEST = 400
const NOT_FOUND = 404

/** A request of a chain: of a market that one tier has never heard of, another may know. */
export interface Link {
  readonly request: FeedRequest
  readonly hasOthers: boolean
}

const isUnknownMarket = ({ hasOthers, request }: Link, status: number) =>
  status === NOT_FOUND && hasOthers && request.endpoint.includes("{ticker}")

/** Whether there is anything left to ask, and from where on. */
export type Standing = { readonly done: true } | { readonly done: false; readonly from: Start }

const DONE: Standing = { done: true }

const FROM_THE_START: Standing = { done: false, from: FIRST_PAGE }

const refusalOf = (link: Link, { refused, response }: Page) =>
  Option.filter(refused, () => !isUnknownMarket(link, response.status))

export const make = Effect.gen(function* () {
  const api = yield* KalshiApi
  const log = yield* ObservationLog
  const inspector = yield* Inspector

  /** How far a listing has come: its last page names the next one, was the last, or must be asked again. */
  const standing = (link: Link, lastPages: ReadonlyMap<string, number>) =>
    Effect.gen(function* () {
      const { request } = link
      // It rolls on while a backfill waits, and decides which tier has what.
      if (request.endpoint === cutoffRequest.endpoint) return FROM_THE_START
      const seq = lastPages.get(canonicalRequest(request))
      const last = seq === undefined ? Option.none() : yield* log.get(seq)
      if (Option.isNone(last)) return FROM_THE_START
      const { body, cursor, page, status } = last.value
      if (isUnknownMarket(link, status)) return DONE
      // A cursor may go bad with time: rows are told by their keys, so all of it may be asked again.
      if (status === BAD_REQUEST) return FROM_THE_START
      const inspection = yield* inspector.inspect(body)
      if (whyRefused({ body, inspection, status }, request) !== undefined)
        return { done: false, from: { page, cursor } } satisfies Standing
      const next = request.paged ? inspection.cursor : undefined
      return next === undefined
        ? DONE
        : ({ done: false, from: { page: page + 1, cursor: next } } satisfies Standing)
    })

  /** Every page is in the log before it is counted, and before its cursor is followed. */
  const walk = (
    link: Link,
    { attempt, from }: { readonly attempt: SlotSeconds; readonly from: Start },
    onPage: (page: Page) => Effect.Effect<void>
  ) =>
    pages(api, link.request, { feed: BACKFILL_FEED, background: true }, from).pipe(
      Stream.runForEach((page) =>
        log
          .append({
            feed: BACKFILL_FEED,
            slot: attempt,
            request: page.request,
            page: page.page,
            endpoint: link.request.endpoint,
            cursor: page.cursor,
            observedAt: page.response.observedAt,
            status: page.response.status,
            baseUrl: api.baseUrl,
            body: page.response.body
          })
          .pipe(
            Effect.zipRight(onPage(page)),
            Effect.uninterruptible,
            Effect.zipRight(
              Option.match(refusalOf(link, page), { onNone: () => Effect.void, onSome: Effect.fail })
            )
          )
      )
    )

  return { standing, walk }
})
