/**
 * A listing of which one page never comes, asked for in parts of its time. The exchange has been seen to answer 504
 * to one cursor for ever, while it answered everything else: whatever stands behind that page can still be had.
 */
import { Effect } from "effect"
import type { AnswerShort, ExchangeRefused, ListingEndless } from "../../domain/errors.ts"
import type { FeedRequest } from "../../domain/feed.ts"
import { halvesOf, spanText } from "../../domain/span.ts"

export type Refusal = ExchangeRefused | ListingEndless | AnswerShort

/** How a walk ended: with its last page, or with a refusal after so many pages that came. */
export interface Walked {
  readonly refusal: Refusal | undefined
  readonly pages: number
}

/** A part that never came, though others of its listing did. */
export interface Gap {
  readonly request: FeedRequest
  readonly refusal: Refusal
}

/** A listing costs no more divisions than this: each is a page that is tried again and again for half a minute. */
const DIVISIONS_MAX = 20

const SERVER_ERROR = 500

/** What the exchange cannot do, rather than will not. */
const isTrouble = (refusal: Refusal): refusal is ExchangeRefused =>
  refusal._tag === "ExchangeRefused" && refusal.status >= SERVER_ERROR

type Ended = { readonly refusal: Refusal } | { readonly gaps: ReadonlyArray<Gap> }

/** Answers what is missing in the end, or the refusal where the listing as a whole was refused. */
export const walkInParts = <E>(
  request: FeedRequest,
  walk: (request: FeedRequest) => Effect.Effect<Walked, E>
): Effect.Effect<Ended, E> => {
  let left = DIVISIONS_MAX
  let whole = 0

  /** Of a request that was walked already, and refused. */
  const divide = (refused: FeedRequest, refusal: Refusal): Effect.Effect<Ended, E> =>
    Effect.gen(function* () {
      const halves = isTrouble(refusal) && left > 0 ? halvesOf(refused) : []
      if (halves.length === 0) return { refusal }
      left -= 1
      const walked = yield* Effect.forEach(halves, (half) =>
        Effect.map(walk(half), (how) => ({ half, ...how }))
      )
      // Where not even a first page comes, the exchange is away, and no page of this listing is to blame.
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
      : // An exchange that knows no such parts gives the same listing for each of them, and refuses each.
        Effect.map(divide(request, refusal), (ended) => (whole === 0 ? { refusal } : ended))
  )
}

const PARTS_NAMED_MAX = 5

const gapText = ({ refusal, request }: Gap): string =>
  `${spanText(request)} of ${request.path}${refusal._tag === "ExchangeRefused" ? ` (${refusal.status}: ${refusal.why})` : ""}`

/** `null`, where nothing is missing. */
export const butFor = (gaps: ReadonlyArray<Gap>): string | null => {
  if (gaps.length === 0) return null
  const named = gaps.slice(0, PARTS_NAMED_MAX).map(gapText).join(", ")
  const more = gaps.length - PARTS_NAMED_MAX
  return `complete but for ${gaps.length === 1 ? "1 part" : `${gaps.length} parts`} that the exchange did not give: ${named}${more > 0 ? ` and ${more} more` : ""}`
}
