/** The steps of a backfill. The requests of a step follow from the answers to the steps before, in the tables. */
import { Effect, Option } from "effect"
import { candleRequests, type TierBoundaries } from "../../domain/ask/backfill/candles.ts"
import {
  type BackfillSpec,
  boundaryPlan,
  eventRequests,
  isNamed,
  marketRequests,
  marketsOfEvents,
  type TierPlan,
  tradeRequests
} from "../../domain/ask/backfill/plan.ts"
import { NothingFound, type StorageFailed } from "../../domain/errors.ts"
import type { SlotSeconds } from "../../domain/units/time.ts"
import * as BackfillScope from "../sqlite/backfill-scope.ts"

export type BackfillStep = Effect.Effect<ReadonlyArray<TierPlan>, StorageFailed | NothingFound>

/** An unknown boundary: everything is treated as live, so that nothing is left out. */
const UNKNOWN: TierBoundaries = {
  first: { marketsSettled: 0, tradesCreated: 0 },
  now: { marketsSettled: 0, tradesCreated: 0 }
}

export const make = Effect.gen(function* () {
  const scope = yield* BackfillScope.make

  /** `requestedAt` ends the time ranges. With the present time every attempt would make other requests. */
  return (spec: BackfillSpec, requestedAt: SlotSeconds): ReadonlyArray<BackfillStep> => {
    const boundaries = Effect.map(
      scope.boundaries(requestedAt),
      Option.getOrElse(() => UNKNOWN)
    )
    const wants = (kind: BackfillSpec["kinds"][number]) => spec.kinds.includes(kind)
    return [
      Effect.succeed([boundaryPlan]),

      Effect.map(boundaries, ({ now }) =>
        isNamed(spec) || spec.kinds.some((kind) => kind !== "trades")
          ? marketRequests(spec, now, requestedAt)
          : []
      ),

      spec.series === null
        ? Effect.succeed([])
        : Effect.map(scope.eventsWithoutMarkets(spec.series), marketsOfEvents),

      wants("markets") ? Effect.map(scope.unknownEvents(spec), eventRequests) : Effect.succeed([]),

      Effect.gen(function* () {
        const at = yield* boundaries
        const lives = isNamed(spec) || wants("candlesticks") ? yield* scope.lives(spec) : []
        if (isNamed(spec) && lives.length === 0) return yield* new NothingFound()
        return [
          ...(wants("trades") ? tradeRequests(spec, lives, at.now, requestedAt) : []),
          ...(wants("candlesticks") ? candleRequests(spec, lives, at, requestedAt) : [])
        ]
      })
    ]
  }
})
