/** One listing of a backfill: from its first page, or on from the last that is in the log. */
import { Effect, HashSet, Option, Ref, Stream } from "effect"
import { isBatch } from "../../domain/ask/backfill/candles.ts"
import { type Asked, BACKFILL_FEED, cutoffRequest } from "../../domain/ask/backfill/plan.ts"
import { canonicalRequest } from "../../domain/ask/feed.ts"
import {
  AnswerShort,
  type ExchangeUnreachable,
  type LogDamaged,
  type StorageFailed
} from "../../domain/errors.ts"
import { type Inspection, inspect } from "../../domain/read/envelope.ts"
import type { SlotSeconds } from "../../domain/units/time.ts"
import { KalshiApi } from "../../services/KalshiApi.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import type { Refusal } from "../recorder/in-parts.ts"
import { FIRST_PAGE, type Page, pages, type Start, whyRefused } from "../recorder/pages.ts"

const BAD_REQUEST = 400
const NOT_FOUND = 404

/** A request of a chain: of a market that one tier has never heard of, another may know. */
export interface Link {
  readonly asked: Asked
  readonly hasOthers: boolean
}

const isOfOneMarket = (asked: Asked) =>
  asked.request.endpoint.includes("{ticker}") || (isBatch(asked) && asked.about.length === 1)

const isUnknownMarket = ({ asked, hasOthers }: Link, status: number) =>
  status === NOT_FOUND && hasOthers && isOfOneMarket(asked)

/** Whether there is anything left to ask, and from where on. */
export type Standing =
  | { readonly done: true }
  | { readonly done: false; readonly from: Start }
  /**
   * An earlier attempt got an answer that leaves out these markets, so the parts of the batch are asked for
   * next.
   */
  | { readonly done: false; readonly leftOut: ReadonlyArray<string> }

const DONE: Standing = { done: true }

const FROM_THE_START: Standing = { done: false, from: FIRST_PAGE }

/** Returns the markets of a batch that its answer leaves out. */
const leftOut = ({ about, request }: Asked, { names }: Inspection): ReadonlyArray<string> => {
  if (!isBatch({ about, request }) || request.items === null) return []
  const answered = new Set(names[request.items] ?? [])
  return about.filter((name) => !answered.has(name))
}

/**
 * Tells whether an answer counts as too short because it leaves markets out. A single market that has other
 * tiers does not count, since another tier may have its candles.
 */
const isShort = ({ asked, hasOthers }: Link, inspection: Inspection): boolean =>
  leftOut(asked, inspection).length > 0 && !(asked.about.length === 1 && hasOthers)

const refusalOf = (link: Link, { refused, request, response }: Page): Option.Option<Refusal> =>
  Option.isNone(refused) && isShort(link, response.inspection)
    ? Option.some(new AnswerShort({ request, markets: leftOut(link.asked, response.inspection) }))
    : Option.filter(refused, () => !isUnknownMarket(link, response.status))

export const make = Effect.gen(function* () {
  const api = yield* KalshiApi
  const log = yield* ObservationLog
  // The log does not change, and an exchange that is away is tried again and again.
  const lastOnes = yield* Ref.make(HashSet.empty<number>())

  /** How far a listing has come: its last page names the next one, was the last, or must be asked again. */
  const standing = (link: Link, lastPages: ReadonlyMap<string, number>) =>
    Effect.gen(function* () {
      const { request } = link.asked
      // It rolls on while a backfill waits, and decides which tier has what.
      if (request.endpoint === cutoffRequest.endpoint) return FROM_THE_START
      const seq = lastPages.get(canonicalRequest(request))
      if (seq === undefined) return FROM_THE_START
      if (HashSet.has(yield* Ref.get(lastOnes), seq)) return DONE
      const last = yield* log.get(seq)
      if (Option.isNone(last)) return FROM_THE_START
      const { body, cursor, page, status } = last.value
      if (isUnknownMarket(link, status)) return DONE
      // A cursor may go bad with time: rows are told by their keys, so all of it may be asked again.
      if (status === BAD_REQUEST) return FROM_THE_START
      const inspection = inspect(body)
      if (whyRefused({ body, inspection, status }, request) !== undefined)
        return { done: false, from: { page, cursor } } satisfies Standing
      const next = request.paged ? inspection.cursor : undefined
      if (next !== undefined)
        return { done: false, from: { page: page + 1, cursor: next } } satisfies Standing
      if (isShort(link, inspection)) {
        // A batch of one market cannot be split, so the market is asked about again.
        return link.asked.about.length === 1
          ? FROM_THE_START
          : ({ done: false, leftOut: leftOut(link.asked, inspection) } satisfies Standing)
      }
      yield* Ref.update(lastOnes, HashSet.add(seq))
      return DONE
    })

  /** Every page is in the log before it is counted, and before its cursor is followed. */
  const walk = (
    link: Link,
    { attempt, from }: { readonly attempt: SlotSeconds; readonly from: Start },
    onPage: (page: Page) => Effect.Effect<void>
  ) =>
    pages(api, link.asked.request, { feed: BACKFILL_FEED, background: true }, from).pipe(
      Stream.runForEach((page) =>
        log
          .append({
            feed: BACKFILL_FEED,
            slot: attempt,
            request: page.request,
            page: page.page,
            endpoint: link.asked.request.endpoint,
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

/** What no other request can be asked after. */
export type Problem = ExchangeUnreachable | StorageFailed | LogDamaged
