/** What a walk cannot have seen, because the exchange has moved it to the archive. */
import { Effect, Either, Option } from "effect"
import { cutoffRequest } from "../../domain/ask/backfill/plan.ts"
import type { FeedRequest } from "../../domain/ask/feed.ts"
import { beyondLiveTier, cutoffIn, maybeBeyond, type Reach } from "../../domain/ask/live-tier.ts"
import { describeProblem } from "../../domain/read/wire/shape.ts"
import type { SlotSeconds } from "../../domain/units/time.ts"

/**
 * In words, after the walk: the live tier may have let go of another day meanwhile. `ask` records an answer and
 * hands its body on; nothing, where it was refused.
 */
export const unseen = <E>(
  reach: Reach | undefined,
  slot: SlotSeconds,
  ask: (request: FeedRequest) => Effect.Effect<Option.Option<Uint8Array>, E>
): Effect.Effect<string | null, E> =>
  reach === undefined || !maybeBeyond(reach, slot)
    ? Effect.succeed(null)
    : Effect.map(
        ask(cutoffRequest),
        Option.match({
          onNone: () => null,
          onSome: (body) =>
            Either.match(cutoffIn(body), {
              onLeft: (wrong) => `how far back the exchange answers is not known: ${describeProblem(wrong)}`,
              onRight: (cutoff) => beyondLiveTier(reach, cutoff)
            })
        })
      )
