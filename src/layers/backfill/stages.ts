/** What a backfill asks, stage by stage: each is known once the answers to the one before are in the tables. */
import { Effect, Option } from "effect"
import { type Cutoffs, candleRequests } from "../../domain/ask/backfill/candles.ts"
import {
  type BackfillSpec,
  type Chain,
  cutoffChain,
  eventRequests,
  isNamed,
  marketRequests,
  marketsOfEvents,
  tradeRequests
} from "../../domain/ask/backfill/plan.ts"
import { NothingFound, type StorageFailed } from "../../domain/errors.ts"
import type { SlotSeconds } from "../../domain/units/time.ts"
import { Archive } from "../../services/Archive.ts"

export type Stage = Effect.Effect<ReadonlyArray<Chain>, StorageFailed | NothingFound>

/** Whoever knows no cutoff asks the live tier about everything, and so loses nothing. */
const UNKNOWN: Cutoffs = {
  first: { marketsSettled: 0, tradesCreated: 0 },
  now: { marketsSettled: 0, tradesCreated: 0 }
}

export const make = Effect.gen(function* () {
  const archive = yield* Archive

  /** `asked` is when, and not now, which would make other requests of every attempt. */
  return (spec: BackfillSpec, asked: SlotSeconds): ReadonlyArray<Stage> => {
    const cutoffs = Effect.map(
      archive.cutoffs(asked),
      Option.getOrElse(() => UNKNOWN)
    )
    const wants = (kind: BackfillSpec["kinds"][number]) => spec.kinds.includes(kind)
    return [
      Effect.succeed([cutoffChain]),

      Effect.map(cutoffs, ({ now }) =>
        isNamed(spec) || spec.kinds.some((kind) => kind !== "trades") ? marketRequests(spec, now, asked) : []
      ),

      spec.series === null
        ? Effect.succeed([])
        : Effect.map(archive.eventsWithoutMarkets(spec.series), marketsOfEvents),

      wants("markets") ? Effect.map(archive.unknownEvents(spec), eventRequests) : Effect.succeed([]),

      Effect.gen(function* () {
        const at = yield* cutoffs
        const lives = isNamed(spec) || wants("candlesticks") ? yield* archive.lives(spec) : []
        if (isNamed(spec) && lives.length === 0) return yield* new NothingFound()
        return [
          ...(wants("trades") ? tradeRequests(spec, lives, at.now, asked) : []),
          ...(wants("candlesticks") ? candleRequests(spec, lives, at, asked) : [])
        ]
      })
    ]
  }
})
