/** The Recorder over KalshiApi and ObservationLog. */
import { Cause, Effect, Exit, Layer, Option, Ref, Stream } from "effect"
import type {
  CursorRepeated,
  ExchangeRefused,
  ExchangeUnreachable,
  StorageFailed
} from "../../domain/errors.ts"
import type { FeedRequest } from "../../domain/feed.ts"
import { CollectionRuns, type RunOutcome } from "../../services/CollectionRuns.ts"
import { KalshiApi } from "../../services/KalshiApi.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { type Recorded, Recorder, type SlotToTake } from "../../services/Recorder.ts"
import { now } from "../now.ts"
import { type Page, pages } from "./pages.ts"

type WalkProblem = ExchangeUnreachable | ExchangeRefused | CursorRepeated

export const make = Effect.gen(function* () {
  const api = yield* KalshiApi
  const log = yield* ObservationLog
  const runs = yield* CollectionRuns

  const record = ({ feed, slot }: SlotToTake, { endpoint }: FeedRequest, page: Page) =>
    log.append({
      feed: feed.name,
      slot,
      request: page.request,
      page: page.page,
      endpoint,
      cursor: page.cursor,
      observedAt: page.response.observedAt,
      status: page.response.status,
      baseUrl: api.baseUrl,
      body: page.response.body
    })

  /** Walks one listing to its end; a page is recorded before it is counted or its cursor followed. */
  const walk = (
    taken: SlotToTake,
    request: FeedRequest,
    onPage: (page: Page) => Effect.Effect<void>
  ): Effect.Effect<void, WalkProblem | StorageFailed> =>
    pages(api, request).pipe(
      Stream.runForEach((page) =>
        record(taken, request, page).pipe(
          Effect.zipRight(onPage(page)),
          Effect.uninterruptible,
          Effect.zipRight(Option.match(page.refused, { onNone: () => Effect.void, onSome: Effect.fail }))
        )
      )
    )

  const take: Recorder["Type"]["take"] = (taken, onPage = () => Effect.void) =>
    Effect.gen(function* () {
      const { feed, interval, since, slot } = taken
      const key = { feed: feed.name, slot }
      const last = Option.getOrUndefined(yield* runs.lastComplete(feed.name))
      const recorded = yield* Ref.make<Recorded>({ feed: feed.name, pages: 0, items: 0, failedAttempts: 0 })
      const requests = feed.requests({ slot, since, watermark: last?.watermark ?? undefined })

      const outcomeOf = (exit: Exit.Exit<void, WalkProblem | StorageFailed>) =>
        Effect.map(
          Ref.get(recorded),
          ({ failedAttempts, items, pages }): RunOutcome => ({
            status: Exit.isSuccess(exit) ? "complete" : "failed",
            reason: Exit.match(exit, { onSuccess: () => null, onFailure: reasonOf }),
            pages,
            items,
            failedAttempts: failedAttempts + unanswered(exit),
            watermark: Exit.isSuccess(exit) ? slot : null
          })
        )

      const count = (page: Page) =>
        Ref.updateAndGet(recorded, (before) => ({
          ...before,
          pages: before.pages + 1,
          items: before.items + page.items,
          failedAttempts: before.failedAttempts + page.response.attempts - 1
        })).pipe(Effect.flatMap(onPage))

      // From its start on, a run is closed whatever happens.
      return yield* Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          yield* runs.start({ ...key, interval, startedAt: yield* now })
          const exit = yield* Effect.exit(
            restore(Effect.forEach(requests, (request) => walk(taken, request, count), { discard: true }))
          )
          const outcome = yield* outcomeOf(exit)
          yield* runs.finish({ ...key, ...outcome, finishedAt: yield* now })
          return Exit.isFailure(exit) && isOurs(exit.cause) ? yield* Effect.failCause(exit.cause) : outcome
        })
      )
    }).pipe(Effect.withSpan("Recorder.take", { attributes: { feed: taken.feed.name, slot: taken.slot } }))

  return Recorder.of({ take })
})

/** Attempts at a page that never got an answer: there is no page to count them with. */
const unanswered = (exit: Exit.Exit<void, WalkProblem | StorageFailed>): number =>
  Option.match(Cause.failureOption(Exit.isFailure(exit) ? exit.cause : Cause.empty), {
    onNone: () => 0,
    onSome: (error) => (error._tag === "ExchangeUnreachable" ? error.attempts : 0)
  })

const reasonOf = (cause: Cause.Cause<WalkProblem | StorageFailed>): string =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => (Cause.isInterrupted(cause) ? "interrupted" : Cause.pretty(cause).slice(0, 1000)),
    onSome: (error) => error.message
  })

/** The exchange's failures are outcomes; a broken disk, a bug and an interruption are not. */
const isOurs = (cause: Cause.Cause<WalkProblem | StorageFailed>): cause is Cause.Cause<StorageFailed> =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => true,
    onSome: ({ _tag }) => _tag === "StorageFailed"
  })

export const layer = Layer.effect(Recorder, make)
