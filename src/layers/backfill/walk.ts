/** One listing of a backfill: from its first page, or on from the last that is in the log. */
import { Effect, Option, Stream } from "effect"
import { BACKFILL_FEED } from "../../domain/backfill.ts"
import { canonicalRequest, type FeedRequest } from "../../domain/feed.ts"
import type { SlotSeconds } from "../../domain/time.ts"
import { Inspector } from "../../services/Inspector.ts"
import { KalshiApi } from "../../services/KalshiApi.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { FIRST_PAGE, type Page, pages, type Start } from "../recorder/pages.ts"

/** Neither tier has everything: what one has never heard of, the other may hold. */
const NOT_FOUND = 404

/** Whether there is anything left to ask, and from where on. */
export type Standing = { readonly done: true } | { readonly done: false; readonly from: Start }

const DONE: Standing = { done: true }

const fatal = ({ refused, response }: Page) => Option.filter(refused, () => response.status !== NOT_FOUND)

export const make = Effect.gen(function* () {
  const api = yield* KalshiApi
  const log = yield* ObservationLog
  const inspector = yield* Inspector

  /** How far a listing has come: its last page names the next one, was the last, or must be asked again. */
  const standing = (request: FeedRequest, lastPages: ReadonlyMap<string, number>) =>
    Effect.gen(function* () {
      const seq = lastPages.get(canonicalRequest(request))
      const last = seq === undefined ? Option.none() : yield* log.get(seq)
      if (Option.isNone(last)) return { done: false, from: FIRST_PAGE } satisfies Standing
      const { body, cursor, page, status } = last.value
      if (status === NOT_FOUND) return DONE
      if (status < 200 || status >= 300) return { done: false, from: { page, cursor } } satisfies Standing
      const next = request.paged ? (yield* inspector.inspect(body)).cursor : undefined
      return next === undefined
        ? DONE
        : ({ done: false, from: { page: page + 1, cursor: next } } satisfies Standing)
    })

  /** Every page is in the log before it is counted, and before its cursor is followed. */
  const walk = (
    request: FeedRequest,
    { attempt, from }: { readonly attempt: SlotSeconds; readonly from: Start },
    onPage: (page: Page) => Effect.Effect<void>
  ) =>
    pages(api, request, { feed: BACKFILL_FEED, background: true }, from).pipe(
      Stream.runForEach((page) =>
        log
          .append({
            feed: BACKFILL_FEED,
            slot: attempt,
            request: page.request,
            page: page.page,
            endpoint: request.endpoint,
            cursor: page.cursor,
            observedAt: page.response.observedAt,
            status: page.response.status,
            baseUrl: api.baseUrl,
            body: page.response.body
          })
          .pipe(
            Effect.zipRight(onPage(page)),
            Effect.uninterruptible,
            Effect.zipRight(Option.match(fatal(page), { onNone: () => Effect.void, onSome: Effect.fail }))
          )
      )
    )

  return { standing, walk }
})
