/** How far a listing of a backfill has come, as the log shows it. */

import { Effect, HashSet, Option, Ref } from "effect"
import type { BackfillListing } from "../../domain/ask/backfill/plan.ts"
import { leftOut } from "../../domain/ask/batch.ts"
import { canonicalRequest } from "../../domain/ask/request.ts"
import { TIER_BOUNDARY } from "../../domain/endpoints.ts"
import { AnswerShort } from "../../domain/errors.ts"
import { type Inspection, inspect } from "../../domain/read/envelope.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { FIRST_PAGE, type ListingPage, type PageStart, whyRefused } from "../recorder/listing-pages.ts"
import type { Refusal } from "../recorder/refusal.ts"

const BAD_REQUEST = 400
const NOT_FOUND = 404

/** A listing of one tier. */
export interface TierListing extends BackfillListing {
  /** Whether the other tier is asked about one of its markets, too. */
  readonly inBothTiers: boolean
}

const isAboutOneMarket = ({ request }: BackfillListing) =>
  request.endpoint.includes("{ticker}") || request.batch?.names.length === 1

/** Tells whether an answer says that this tier does not know the market, which the other tier may know. */
const isUnknownMarket = (listing: TierListing, status: number) =>
  status === NOT_FOUND && listing.inBothTiers && isAboutOneMarket(listing)

export type ListingProgress =
  | { readonly done: true }
  | { readonly done: false; readonly from: PageStart }
  /**
   * An earlier attempt got an answer that leaves out these markets, so the parts of the batch are asked for
   * next.
   */
  | { readonly done: false; readonly leftOut: ReadonlyArray<string> }

const DONE: ListingProgress = { done: true }

const FROM_THE_START: ListingProgress = { done: false, from: FIRST_PAGE }

/**
 * Tells whether an answer counts as too short because it leaves markets out. A single market that is in both
 * tiers does not count, since the other tier may have its candles.
 */
const isShort = ({ about, inBothTiers, request }: TierListing, { names }: Inspection): boolean =>
  leftOut(request, names).length > 0 && !(about.length === 1 && inBothTiers)

/** Decides whether an answer refuses a listing. */
export const refusalOf =
  (listing: TierListing) =>
  ({ refused, request, response: { inspection, status } }: ListingPage): Option.Option<Refusal> =>
    Option.isNone(refused) && isShort(listing, inspection)
      ? Option.some(new AnswerShort({ request, markets: leftOut(listing.request, inspection.names) }))
      : Option.filter(refused, () => !isUnknownMarket(listing, status))

/** Makes the function that looks up a listing. `lastPages` has the seq of each request's last page in the log. */
export const make = Effect.gen(function* () {
  const log = yield* ObservationLog
  // The seqs of observations that are the last page of their listing. While the exchange is away, attempts follow
  // one another and the log does not change, so these observations are not read again.
  const knownEnds = yield* Ref.make(HashSet.empty<number>())

  return (listing: TierListing, lastPages: ReadonlyMap<string, number>) =>
    Effect.gen(function* () {
      const { request } = listing
      // The boundary moves while a backfill waits, and decides what each tier has.
      if (request.endpoint === TIER_BOUNDARY) return FROM_THE_START
      const seq = lastPages.get(canonicalRequest(request))
      if (seq === undefined) return FROM_THE_START
      if (HashSet.has(yield* Ref.get(knownEnds), seq)) return DONE
      const last = yield* log.get(seq)
      if (Option.isNone(last)) return FROM_THE_START
      const { body, cursor, page, status } = last.value
      if (isUnknownMarket(listing, status)) return DONE
      // A cursor may become invalid with time. Rows are identified by their keys, so all pages may be asked again.
      if (status === BAD_REQUEST) return FROM_THE_START
      const inspection = inspect(body)
      if (whyRefused({ body, inspection, status }, request) !== undefined)
        return { done: false, from: { page, cursor } } satisfies ListingProgress
      const next = request.paged ? inspection.cursor : undefined
      if (next !== undefined)
        return { done: false, from: { page: page + 1, cursor: next } } satisfies ListingProgress
      if (isShort(listing, inspection)) {
        // A batch of one market cannot be split, so the market is asked about again.
        return listing.about.length === 1
          ? FROM_THE_START
          : ({ done: false, leftOut: leftOut(request, inspection.names) } satisfies ListingProgress)
      }
      yield* Ref.update(knownEnds, HashSet.add(seq))
      return DONE
    })
})
