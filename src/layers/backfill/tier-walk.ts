/**
 * Walks the tier plans of a step. Listings that an earlier attempt has walked to their end are found in the log,
 * and not asked for again.
 */

import { Effect, Ref } from "effect"
import { halves } from "../../domain/ask/backfill/candles.ts"
import { BACKFILL_FEED, type BackfillListing, type TierPlan } from "../../domain/ask/backfill/plan.ts"
import { blamesAName } from "../../domain/ask/batch.ts"
import { canonicalRequest } from "../../domain/ask/request.ts"
import {
  AnswerShort,
  type ExchangeUnreachable,
  type LogDamaged,
  type StorageFailed
} from "../../domain/errors.ts"
import type { SlotSeconds } from "../../domain/units/time.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import * as ListingWalk from "../recorder/ListingWalk.ts"
import type { Refusal } from "../recorder/refusal.ts"
import { walkInParts } from "../recorder/time-parts.ts"
import {
  addLeftOut,
  addListings,
  addMissingParts,
  addPage,
  addRefusal,
  finishListing,
  type TallyChange
} from "./attempt-tally.ts"
import * as Progress from "./listing-progress.ts"

/** Concurrent tier plans. The tiers of one plan are asked one after the other. */
const PLANS_AT_A_TIME = 4

/**
 * Concurrent requests of one plan to the historical tier. A market whose candles it does not have yet takes
 * several attempts.
 */
const HISTORICAL_AT_A_TIME = 4

/** Concurrent look-ups of last pages in the log. */
const LOOKS_AT_A_TIME = 4

/**
 * Tells whether a refusal concerns some of the markets of a batch only, so that the parts of the batch are
 * worth asking for.
 */
const isOfSome = (refusal: Refusal): boolean =>
  refusal._tag === "AnswerShort" || (refusal._tag === "ExchangeRefused" && blamesAName(refusal.status))

interface Attempt {
  /** The id of the backfill. The log has none of its observations before this second. */
  readonly id: SlotSeconds
  readonly attempt: SlotSeconds
}

/** Errors that end the attempt. */
type WalkProblem = ExchangeUnreachable | StorageFailed | LogDamaged

type RefusedMarkets = ReadonlyArray<BackfillListing["about"]>

/**
 * Adds to a listing whether the other tier is asked about its markets too. A part of a batch is not in the plan; it
 * belongs to the live tier, as the batch does.
 */
const inTier = (listing: BackfillListing, { historical, live }: TierPlan): Progress.TierListing => {
  const others = historical.includes(listing) ? live : historical
  const inBothTiers = others.some(({ about }) => about.some((one) => listing.about.includes(one)))
  return { ...listing, inBothTiers }
}

export const make = Effect.gen(function* () {
  const log = yield* ObservationLog
  const progressOf = yield* Progress.make
  const walk = yield* ListingWalk.make

  return (
    plans: ReadonlyArray<TierPlan>,
    { attempt, id }: Attempt,
    tally: (change: TallyChange) => Effect.Effect<void>
  ) =>
    Effect.gen(function* () {
      const lastPages = yield* log.lastPages(BACKFILL_FEED, id)
      // Becomes false once every market of a batch was refused one by one: then the markets are not to blame.
      const splitting = yield* Ref.make(true)

      const all = plans.flatMap((plan) =>
        [...plan.live, ...plan.historical].map((listing) => ({ listing, plan }))
      )
      const found = yield* Effect.forEach(
        all,
        ({ listing, plan }) =>
          Effect.map(progressOf(inTier(listing, plan), lastPages), ({ done }) => (done ? [listing] : [])),
        { concurrency: LOOKS_AT_A_TIME }
      )
      const done = new Set(found.flat())
      yield* tally(addListings(all.length, done.size))

      /** Walks one listing from where it was cut short, to its end or to a refusal. */
      const walkOne = (listing: Progress.TierListing): Effect.Effect<ListingWalk.WalkEnd, WalkProblem> =>
        Effect.gen(function* () {
          const { request } = listing
          const progress = yield* progressOf(listing, lastPages)
          if (progress.done) return { refusal: undefined, pages: 0 }
          if ("leftOut" in progress) {
            const markets = progress.leftOut
            return { refusal: new AnswerShort({ request: canonicalRequest(request), markets }), pages: 0 }
          }
          const { from } = progress
          const refusalOf = Progress.refusalOf(listing)
          return yield* walk(
            request,
            { feed: BACKFILL_FEED, slot: attempt, background: true, from, refusalOf },
            ({ items }) => tally(addPage(items))
          )
        })

      /** Asks for what is missing of a listing. Returns the markets of each part that was refused. */
      const ask = (listing: BackfillListing, plan: TierPlan): Effect.Effect<RefusedMarkets, WalkProblem> =>
        Effect.gen(function* () {
          const tierListing = inTier(listing, plan)
          const end = yield* walkInParts(listing.request, (request) => walkOne({ ...tierListing, request }))
          if ("missing" in end) return yield* Effect.as(tally(addMissingParts(end.missing)), [])
          const { refusal } = end
          const parts = (yield* Ref.get(splitting)) && isOfSome(refusal) ? halves(listing) : []
          if (parts.length > 0) return (yield* Effect.forEach(parts, (part) => ask(part, plan))).flat()
          return refusal._tag === "AnswerShort"
            ? yield* Effect.as(tally(addLeftOut(refusal.markets)), [])
            : yield* Effect.as(tally(addRefusal(refusal)), [listing.about])
        })

      /** Asks for a whole listing, unless it is done. Returns the markets that were refused. */
      const askWhole = (listing: BackfillListing, plan: TierPlan) =>
        Effect.gen(function* () {
          if (done.has(listing)) return []
          const refusals = yield* ask(listing, plan)
          const refused = refusals.flat()
          if (refused.length === 0) yield* tally(finishListing)
          if (refusals.length > 1 && refused.length === listing.about.length) yield* Ref.set(splitting, false)
          return refused
        })

      // The historical tier is not asked about a market that the live tier has refused: the next attempt asks
      // the live tier about it first.
      const walkPlan = (plan: TierPlan) =>
        Effect.gen(function* () {
          const refused = new Set((yield* Effect.forEach(plan.live, (one) => askWhole(one, plan))).flat())
          const free = plan.historical.filter(({ about }) => !about.some((one) => refused.has(one)))
          yield* Effect.forEach(free, (one) => askWhole(one, plan), {
            concurrency: HISTORICAL_AT_A_TIME,
            discard: true
          })
        })

      const open = plans.filter(
        ({ historical, live }) => ![...live, ...historical].every((one) => done.has(one))
      )
      yield* Effect.forEach(open, walkPlan, { concurrency: PLANS_AT_A_TIME, discard: true })
    })
})
