/**
 * Walks one listing into the log, from its first page or from where an earlier walk was cut short. A page is in
 * the log before it is counted and before its cursor is followed.
 */

import { Effect, Metric, Option, Stream } from "effect"
import type { FeedRequest } from "../../domain/ask/request.ts"
import type { ObservationKey } from "../../domain/observation.ts"
import { KalshiApi } from "../../services/KalshiApi.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import * as Metrics from "../metrics.ts"
import { FIRST_PAGE, type ListingPage, type PageStart, pages } from "./listing-pages.ts"
import type { Refusal } from "./refusal.ts"

export interface WalkOptions extends Pick<ObservationKey, "feed" | "slot"> {
  readonly background: boolean
  readonly from?: PageStart
  /** Decides whether an answer refuses the listing. By default the page decides (`ListingPage.refused`). */
  readonly refusalOf?: (page: ListingPage) => Option.Option<Refusal>
}

/** The end of a walk: its last page (`refusal` is undefined), or a refusal after `pages` pages. */
export interface WalkEnd {
  readonly refusal: Refusal | undefined
  readonly pages: number
}

export type OnPage = (page: ListingPage) => Effect.Effect<void>

export const make = Effect.gen(function* () {
  const api = yield* KalshiApi
  const log = yield* ObservationLog

  return (
    request: FeedRequest,
    { background, feed, from = FIRST_PAGE, refusalOf = ({ refused }) => refused, slot }: WalkOptions,
    onPage: OnPage
  ) =>
    Effect.suspend(() => {
      let walked = 0
      const record = (page: ListingPage) =>
        log.append({
          feed,
          slot,
          request: page.request,
          page: page.page,
          endpoint: request.endpoint,
          cursor: page.cursor,
          observedAt: page.response.observedAt,
          status: page.response.status,
          baseUrl: api.baseUrl,
          body: page.response.body
        })
      const count = (page: ListingPage) =>
        Effect.gen(function* () {
          if (Option.isNone(page.refused)) walked += 1
          yield* Metric.increment(Metrics.pages)
          yield* Metric.incrementBy(Metrics.items, page.items)
          yield* Metric.incrementBy(Metrics.bytes, page.response.body.length)
          yield* onPage(page)
        })
      return pages(api, request, { feed, background }, from).pipe(
        Stream.runForEach((page) =>
          Effect.zipRight(record(page), count(page)).pipe(
            Effect.uninterruptible,
            Effect.zipRight(Option.match(refusalOf(page), { onNone: () => Effect.void, onSome: Effect.fail }))
          )
        ),
        Effect.as<Refusal | undefined>(undefined),
        Effect.catchTags({
          AnswerShort: (refusal) => Effect.succeed(refusal),
          ExchangeRefused: (refusal) => Effect.succeed(refusal),
          ListingEndless: (refusal) => Effect.succeed(refusal)
        }),
        Effect.map((refusal): WalkEnd => ({ refusal, pages: walked }))
      )
    })
})

export type ListingWalk = Effect.Effect.Success<typeof make>
