/** Reports the items that a walk cannot have seen because the exchange has moved them to its historical tier. */

import { Effect, Either, Option } from "effect"
import { boundaryRequest } from "../../domain/ask/backfill/plan.ts"
import { beyondLiveTier, maybeBeyond, type Reach, type TierBoundary } from "../../domain/ask/live-tier.ts"
import type { FeedRequest } from "../../domain/ask/request.ts"
import { cutoffs } from "../../domain/read/cutoffs/wire.ts"
import { parseBody } from "../../domain/read/wire/json.ts"
import { describeProblem, type WireProblem } from "../../domain/read/wire/shape.ts"
import { epochMillis, type SlotSeconds } from "../../domain/units/time.ts"

/** Decodes the boundary between the tiers from an answer of the exchange. */
export const boundaryIn = (body: Uint8Array): Either.Either<TierBoundary, WireProblem> =>
  parseBody(body).pipe(
    Either.flatMap((json) => cutoffs.decode(json, "body")),
    Either.map(({ marketsSettled, tradesCreated }) => ({
      marketsSettled: Math.floor(epochMillis(marketsSettled) / 1000),
      tradesCreated: Math.floor(epochMillis(tradesCreated) / 1000)
    }))
  )

/** The items that a walk has not seen, or may not have seen. */
export interface Unseen {
  readonly words: string
  /** Whether the exchange says that it has moved a part of it to its historical tier. */
  readonly isMoved: boolean
}

/**
 * Returns what a walk missed, or `null` if it missed nothing. It is called after the walk, because the boundary may have moved by a day meanwhile. `ask` records one answer and returns its body,
 * or nothing if the exchange refused the request.
 */
export const unseen = <E>(
  reach: Reach | undefined,
  slot: SlotSeconds,
  ask: (request: FeedRequest) => Effect.Effect<Option.Option<Uint8Array>, E>
): Effect.Effect<Unseen | null, E> =>
  reach === undefined || !maybeBeyond(reach, slot)
    ? Effect.succeed(null)
    : Effect.map(
        ask(boundaryRequest),
        Option.match({
          onNone: () => null,
          onSome: (body) =>
            Either.match(boundaryIn(body), {
              onLeft: (wrong) => ({
                words: `how far back the exchange answers is not known: ${describeProblem(wrong)}`,
                isMoved: false
              }),
              onRight: (boundary) => {
                const words = beyondLiveTier(reach, boundary)
                return words === null ? null : { words, isMoved: true }
              }
            })
        })
      )
