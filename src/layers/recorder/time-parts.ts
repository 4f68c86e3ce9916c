/**
 * Walks a listing by parts of its time span when one of its pages never comes. The exchange has been seen to
 * answer 504 to one cursor for ever while it answered all other requests; a narrower time span still gives
 * the items behind that page.
 */

import { Effect } from "effect"
import type { FeedRequest } from "../../domain/ask/request.ts"
import { halvesOf, spanText } from "../../domain/ask/split-span.ts"
import type { WalkEnd } from "./ListingWalk.ts"
import { isServerError, type Refusal } from "./refusal.ts"

/** A part of a listing that the exchange refused although it answered other parts. */
export interface MissingPart {
  readonly request: FeedRequest
  readonly refusal: Refusal
}

/**
 * The number of times that one listing may be split. Each split costs a page that is tried again for up to
 * half a minute.
 */
const SPLITS_MAX = 20

type PartsEnd = { readonly refusal: Refusal } | { readonly missing: ReadonlyArray<MissingPart> }

/**
 * Walks a request, and splits it by time if it is refused. Returns the parts that are missing at the end, or
 * the refusal if no part could be walked to its end.
 */
export const walkInParts = <E>(
  request: FeedRequest,
  walk: (request: FeedRequest) => Effect.Effect<WalkEnd, E>
): Effect.Effect<PartsEnd, E> => {
  let left = SPLITS_MAX
  let whole = 0

  /** Splits a request that the exchange has refused, and walks both halves. */
  const split = (refused: FeedRequest, refusal: Refusal): Effect.Effect<PartsEnd, E> =>
    Effect.gen(function* () {
      const halves = isServerError(refusal) && left > 0 ? halvesOf(refused) : []
      if (halves.length === 0) return { refusal }
      left -= 1
      const walked = yield* Effect.forEach(halves, (half) =>
        Effect.map(walk(half), (end) => ({ half, ...end }))
      )
      // If neither half gives even its first page, the exchange is not answering at all, and splitting
      // further is of no use.
      if (walked.every(({ pages, refusal }) => refusal !== undefined && pages === 0)) return { refusal }
      whole += walked.filter(({ refusal }) => refusal === undefined).length
      const missing = yield* Effect.forEach(walked, ({ half, refusal }) =>
        refusal === undefined
          ? Effect.succeed([])
          : Effect.map(split(half, refusal), (end) =>
              "missing" in end ? end.missing : [{ request: half, refusal: end.refusal }]
            )
      )
      return { missing: missing.flat() }
    })

  return Effect.flatMap(walk(request), ({ refusal }) =>
    refusal === undefined
      ? Effect.succeed<PartsEnd>({ missing: [] })
      : // An exchange that ignores time limits gives the whole listing for each half, and refuses both.
        Effect.map(split(request, refusal), (end) => (whole === 0 ? { refusal } : end))
  )
}

const PARTS_NAMED_MAX = 5

const partText = ({ refusal, request }: MissingPart): string =>
  `${spanText(request)} of ${request.path}${refusal._tag === "ExchangeRefused" ? ` (${refusal.status}: ${refusal.why})` : ""}`

/** Describes the missing parts in words, for the slot's reason. Returns `null` if there are none. */
export const describeMissingParts = (parts: ReadonlyArray<MissingPart>): string | null => {
  if (parts.length === 0) return null
  const named = parts.slice(0, PARTS_NAMED_MAX).map(partText).join(", ")
  const more = parts.length - PARTS_NAMED_MAX
  return `complete but for ${parts.length === 1 ? "1 part" : `${parts.length} parts`} that the exchange did not give: ${named}${more > 0 ? ` and ${more} more` : ""}`
}
