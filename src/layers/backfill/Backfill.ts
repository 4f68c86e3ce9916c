/** The Backfill over KalshiApi, the log and the Projector. */
import { Cause, Effect, Exit, Layer, Option, Ref } from "effect"
import {
  BACKFILL_FEED,
  type BackfillSpec,
  type Chain,
  candleRequests,
  cutoffRequest,
  isNamed,
  marketRequests,
  tradeRequests
} from "../../domain/backfill.ts"
import {
  type CursorRepeated,
  type ExchangeRefused,
  type ExchangeUnreachable,
  type LogDamaged,
  NothingFound,
  type StorageFailed
} from "../../domain/errors.ts"
import type { SlotSeconds } from "../../domain/time.ts"
import { Archive } from "../../services/Archive.ts"
import { Backfill } from "../../services/Backfill.ts"
import { type BackfillProgress, Backfills } from "../../services/Backfills.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { Projector } from "../../services/Projector.ts"
import { now } from "../now.ts"
import * as Walk from "./walk.ts"

/** Of chains: what belongs to one of them goes one after the other. */
const CHAINS_AT_A_TIME = 4

/** How soon a recorder sees that somebody has asked for a backfill. */
const LOOK_EVERY = "2 seconds"

export const make = Effect.gen(function* () {
  const log = yield* ObservationLog
  const backfills = yield* Backfills
  const archive = yield* Archive
  const projector = yield* Projector
  const { standing, walk } = yield* Walk.make

  const cutoff = archive.cutoff.pipe(
    Effect.map(Option.getOrElse(() => ({ marketsSettled: 0, tradesCreated: 0 })))
  )

  /** Markets come before what is asked about each of them. */
  const stages = (
    spec: BackfillSpec,
    asked: SlotSeconds
  ): ReadonlyArray<Effect.Effect<ReadonlyArray<Chain>, StorageFailed | NothingFound>> => [
    Effect.succeed([[cutoffRequest]]),
    Effect.map(cutoff, (at) =>
      isNamed(spec) || spec.kinds.some((kind) => kind !== "trades") ? marketRequests(spec, at) : []
    ),
    Effect.gen(function* () {
      const at = yield* cutoff
      const wantsLives = isNamed(spec) || spec.kinds.includes("candlesticks")
      const lives = wantsLives ? yield* archive.lives(spec) : []
      if (isNamed(spec) && lives.length === 0) return yield* new NothingFound()
      return [
        ...(spec.kinds.includes("trades") ? tradeRequests(spec, lives, at) : []),
        // Not to now, which would make another request of every attempt.
        ...(spec.kinds.includes("candlesticks") ? candleRequests(spec, lives, at, asked) : [])
      ]
    })
  ]

  type Update = (change: (made: BackfillProgress) => BackfillProgress) => Effect.Effect<void>

  const walkStage = (
    chains: ReadonlyArray<Chain>,
    { attempt, slot }: { readonly slot: SlotSeconds; readonly attempt: SlotSeconds },
    update: Update,
    onRefused: (refusal: Refusal) => Effect.Effect<void>
  ) =>
    Effect.gen(function* () {
      const lastPages = yield* log.lastPages(BACKFILL_FEED, slot)
      yield* update((made) => ({ ...made, requests: made.requests + chains.flat().length }))
      const walkOn = (link: Walk.Link) =>
        Effect.gen(function* () {
          const stand = yield* standing(link, lastPages)
          if (!stand.done) {
            yield* walk(link, { attempt, from: stand.from }, ({ items }) =>
              update((made) => ({ ...made, pages: made.pages + 1, items: made.items + items }))
            )
          }
          yield* update((made) => ({ ...made, requestsDone: made.requestsDone + 1 }))
        })
      const walkChain = (chain: Chain) =>
        Effect.forEach(chain, (request) => walkOn({ request, hasOthers: chain.length > 1 }), {
          discard: true
        }).pipe(
          // What is refused ends its chain, for the archive comes after the live tier or not at all; it takes
          // no other chain with it, and is asked again by the next attempt.
          Effect.catchTags({ ExchangeRefused: onRefused, CursorRepeated: onRefused })
        )
      yield* Effect.forEach(chains, walkChain, { concurrency: CHAINS_AT_A_TIME, discard: true })
      // What is asked next depends on the tables.
      yield* projector.catchUp()
    })

  const work: Backfill["Type"]["work"] = (job, onProgress = () => Effect.void) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const { slot, spec } = job
        const attempt = yield* backfills.start(slot, yield* now)
        const made = yield* Ref.make<BackfillProgress>({ ...job, requests: 0, requestsDone: 0 })
        const update: Update = (change) =>
          Ref.updateAndGet(made, change).pipe(
            Effect.tap((now) => Effect.ignoreLogged(backfills.progress(slot, now))),
            Effect.flatMap(onProgress)
          )
        const refusals = yield* Ref.make<ReadonlyArray<Refusal>>([])
        const onRefused = (refusal: Refusal) => Ref.update(refusals, (before) => [...before, refusal])
        const exit = yield* Effect.exit(
          restore(
            Effect.forEach(
              stages(spec, slot),
              (stage) =>
                Effect.flatMap(stage, (chains) => walkStage(chains, { slot, attempt }, update, onRefused)),
              { discard: true }
            )
          )
        )
        const end = endOf(exit, yield* Ref.get(refusals))
        const progress = yield* Ref.get(made)
        yield* backfills.finish(slot, { ...end, finishedAt: yield* now })
        if (Exit.isFailure(exit) && isOurs(exit.cause)) return yield* Effect.failCause(exit.cause)
        return { ...job, ...progress, ...end }
      })
    ).pipe(Effect.withSpan("Backfill.work", { attributes: { slot: job.slot } }))

  const serve: Backfill["Type"]["serve"] = (onEnd) =>
    Effect.flatMap(
      backfills.next,
      Option.match({
        onNone: () => Effect.sleep(LOOK_EVERY),
        onSome: (job) => Effect.flatMap(work(job), onEnd)
      })
    ).pipe(Effect.forever)

  return Backfill.of({ work, serve })
})

type Refusal = ExchangeRefused | CursorRepeated
type Problem = StorageFailed | LogDamaged | ExchangeProblem
type ExchangeProblem = ExchangeUnreachable | NothingFound

const exchangeProblem = (cause: Cause.Cause<Problem>): Option.Option<ExchangeProblem> =>
  Option.filter(
    Cause.failureOption(cause),
    (error): error is ExchangeProblem => error._tag !== "StorageFailed" && error._tag !== "LogDamaged"
  )

/** The exchange's failures are how a backfill ends; a broken disk, a bug and an interruption are not. */
const isOurs = (cause: Cause.Cause<Problem>): cause is Cause.Cause<StorageFailed | LogDamaged> =>
  Option.isNone(exchangeProblem(cause))

/** Whatever stops it but the exchange leaves it waiting to go on. */
const endOf = (
  exit: Exit.Exit<void, Problem>,
  [first, ...others]: ReadonlyArray<Refusal>
): { readonly status: "complete" | "failed" | "waiting"; readonly reason: string | null } =>
  Exit.match(exit, {
    onSuccess: () =>
      first === undefined
        ? { status: "complete", reason: null }
        : {
            status: "failed",
            reason:
              others.length === 0
                ? first.message
                : `${others.length + 1} listings were refused; the first: ${first.message}`
          },
    onFailure: (cause) =>
      Option.match(exchangeProblem(cause), {
        onNone: () => ({ status: "waiting", reason: "interrupted" }),
        onSome: ({ message }) => ({ status: "failed", reason: message })
      })
  })

export const layer = Layer.effect(Backfill, make)
