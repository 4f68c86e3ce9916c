/**
 * Walks the batch requests of a slot to their end. A batch that is refused, perhaps because of one bad name,
 * is split into halves. Names that an answer leaves out are asked about once more, in smaller requests. Names
 * that still have no answer are reported at the end.
 */

import { Effect } from "effect"
import { blamesAName, leftOut, parts } from "../../domain/ask/batch.ts"
import type { FeedRequest } from "../../domain/ask/request.ts"
import type { OnPage, WalkEnd } from "./ListingWalk.ts"
import type { Refusal } from "./refusal.ts"
import { type MissingPart, walkInParts } from "./time-parts.ts"
import type { NameCoverage } from "./unanswered-names.ts"

/**
 * The number of requests that a slot may make beyond those that its feed planned. It bounds the work when the
 * exchange leaves out many of the names.
 */
const EXTRA_REQUESTS_MAX = 300

export interface BatchWalkOptions<E> {
  readonly walk: (request: FeedRequest, onPage: OnPage) => Effect.Effect<WalkEnd, E>
  readonly onPage: OnPage
  readonly onRefused: (refusal: Refusal) => Effect.Effect<void>
  readonly onMissing: (parts: ReadonlyArray<MissingPart>) => Effect.Effect<void>
}

/** Makes the walker for all requests of one slot, including those that are not batches. */
export const make = <E>({ onMissing, onPage, onRefused, walk }: BatchWalkOptions<E>) => {
  const asked = new Set<string>()
  const unanswered = new Set<string>()
  let extra = EXTRA_REQUESTS_MAX
  // Becomes false once every name of a batch was refused one by one: then the names are not to blame, and
  // refused batches are no longer split.
  let splitting = true

  const takeExtra = (requests: number): boolean => {
    if (extra < requests) return false
    extra -= requests
    return true
  }

  const giveUp = (names: ReadonlyArray<string>): number => {
    for (const name of names) unanswered.add(name)
    return names.length
  }

  /** Walks one request, and its parts where it has to be split. Returns the number of unanswered names. */
  const ask = (request: FeedRequest, isPart: boolean): Effect.Effect<number, E> =>
    Effect.gen(function* () {
      const { batch } = request
      let missing: ReadonlyArray<string> = []
      const end = yield* walkInParts(request, (one) =>
        walk(one, (page) => {
          if (page.refused._tag === "None") missing = leftOut(request, page.response.inspection.names)
          return onPage(page)
        })
      )
      if ("refusal" in end) {
        const { refusal } = end
        if (batch === undefined || !(refusal._tag === "ExchangeRefused" && blamesAName(refusal.status)))
          return yield* Effect.as(onRefused(refusal), 0)
        if (batch.names.length > 1 && splitting && takeExtra(2)) {
          const unansweredHere = yield* askAll(parts(batch, batch.names, "halves"))
          if (unansweredHere === batch.names.length) splitting = false
          return unansweredHere
        }
        return isPart ? giveUp(batch.names) : yield* Effect.as(onRefused(refusal), 0)
      }
      yield* onMissing(end.missing)
      if (batch === undefined || missing.length === 0) return 0
      const smaller = parts(batch, missing, "names")
      return batch.names.length > 1 && takeExtra(smaller.length) ? yield* askAll(smaller) : giveUp(missing)
    })

  const askAll = (requests: ReadonlyArray<FeedRequest>): Effect.Effect<number, E> =>
    Effect.map(
      Effect.forEach(requests, (request) => ask(request, true)),
      (counts) => counts.reduce((sum, n) => sum + n, 0)
    )

  return {
    ask: (request: FeedRequest): Effect.Effect<void, E> =>
      Effect.suspend(() => {
        for (const name of request.batch?.names ?? []) asked.add(name)
        return Effect.asVoid(ask(request, false))
      }),
    /** Reports names as unanswered that cannot be put into a request. */
    giveUp: (names: ReadonlyArray<string>): void => {
      for (const name of names) asked.add(name)
      giveUp(names)
    },
    coverage: Effect.sync((): NameCoverage => ({ asked, unanswered }))
  }
}
