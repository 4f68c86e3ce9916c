/**
 * Walks a listing by parts of its time span when one of its pages never comes. The exchange has been seen to
 * answer 504 to one cursor for ever while it answered all other requests; a narrower time span still gives
 * the items behind that page.
 */
import { Effect } from "effect"
import type { FeedRequest } from "../../domain/ask/feed.ts"
import { halvesOf, spanText } from "../../domain/ask/span.ts"
import type { AnswerShort, ExchangeRefused, ListingEndless } from "../../domain/errors.ts"

export type Refusal = ExchangeRefused | ListingEndless | AnswerShort

/** How a walk ended: with its last page (`refusal` is undefined), or with a refusal after `pages` pages. */
export interface Walked {
  readonly refusal: Refusal | undefined
  readonly pages: number
}

/** A part of a listing that the exchange refused although it answered other parts. */
export interface Gap {
  readonly request: FeedRequest
  readonly refusal: Refusal
}

/**
 * The number of times that one listing may be split. Each split costs a page that is tried again for up to
 * half a minute.
 */
const DIVISIONS_MAX = 20

const SERVER_ERROR = 500

/**
 * Tells whether a refusal is a failure of the exchange's server (status 500 or above). Only then is a request
 * split.
 */
const isTrouble = (refusal: Refusal): refusal is ExchangeRefused =>
  refusal._tag === "ExchangeRefused" && refusal.status >= SERVER_ERROR

type Ended = { readonly refusal: Refusal } | { readonly gaps: ReadonlyArray<Gap> }

/**
 * Walks a request, and splits it by time if it is refused. Returns the parts that are missing at the end, or
 * the refusal if no part could be walked to its end.
 */
export const walkInParts = <E>(
  request: FeedRequest,
  walk: (request: FeedRequest) => Effect.Effect<Walked, E>
): Effect.Effect<Ended, E> => {
  let left = DIVISIONS_MAX
  let whole = 0

  /** Splits a request that the exchange has refused, and walks both halves. */
  const divide = (refused: FeedRequest, refusal: Refusal): Effect.Effect<Ended, E> =>
    Effect.gen(function* () {
      const halves = isTrouble(refusal) && left > 0 ? halvesOf(refused) : []
      if (halves.length === 0) return { refusal }
      left -= 1
      const walked = yield* Effect.forEach(halves, (half) =>
        Effect.map(walk(half), (how) => ({ half, ...how }))
      )
      // If neither half gives even its first page, the exchange is not answering at all, and splitting
      // further is of no use.
      if (walked.every(({ pages, refusal }) => refusal !== undefined && pages === 0)) return { refusal }
      whole += walked.filter(({ refusal }) => refusal === undefined).length
      const ends = yield* Effect.forEach(walked, ({ half, refusal }) =>
        refusal === undefined
          ? Effect.succeed([])
          : Effect.map(divide(half, refusal), (end) =>
              "gaps" in end ? end.gaps : [{ request: half, refusal: end.refusal }]
            )
      )
      return { gaps: ends.flat() }
    })

  return Effect.flatMap(walk(request), ({ refusal }) =>
    refusal === undefined
      ? Effect.succeed<Ended>({ gaps: [] })
      : // An exchange that ignores time limits gives the whole listing for each half, and refuses both.
        Effect.map(divide(request, refusal), (ended) => (whole === 0 ? { refusal } : ended))
  )
}

const PARTS_NAMED_MAX = 5

const gapText = ({ refusal, request }: Gap): string =>
  `${spanText(request)} of ${request.path}${refusal._tag === "ExchangeRefused" ? ` (${refusal.status}: ${refusal.why})` : ""}`

/** Describes the missing parts in words, for the slot's reason. Returns `null` if there are none. */
export const butFor = (gaps: ReadonlyArray<Gap>): string | null => {
  if (gaps.length === 0) return null
  const named = gaps.slice(0, PARTS_NAMED_MAX).map(gapText).join(", ")
  const more = gaps.length - PARTS_NAMED_MAX
  return `complete but for ${gaps.length === 1 ? "1 part" : `${gaps.length} parts`} that the exchange did not give: ${named}${more > 0 ? ` and ${more} more` : ""}`
}
