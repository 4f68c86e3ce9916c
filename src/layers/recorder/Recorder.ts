/** The Recorder over KalshiApi, ObservationLog and Roster. */
import { Cause, Effect, Exit, Layer, Option, Ref, Stream } from "effect"
import { isAskable } from "../../domain/ask/batch.ts"
import type { FeedContext, FeedRequest } from "../../domain/ask/feed.ts"
import type {
  ExchangeRefused,
  ExchangeUnreachable,
  ListingEndless,
  NothingListed,
  StorageFailed
} from "../../domain/errors.ts"
import { isOfTablesAlone } from "../../domain/tables-trouble.ts"
import type { SlotSeconds } from "../../domain/units/time.ts"
import { CollectionRuns, type RunOutcome } from "../../services/CollectionRuns.ts"
import { KalshiApi } from "../../services/KalshiApi.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { type Recorded, Recorder, type SlotToTake } from "../../services/Recorder.ts"
import { Roster } from "../../services/Roster.ts"
import { Timekeeper } from "../../services/Timekeeper.ts"
import { now } from "../clock/now.ts"
import { bugIn, logBug } from "../effects/bug.ts"
import * as Batches from "./batches.ts"
import { fewerItems, nothingAtAll, withoutQuotes } from "./dwindled.ts"
import { believedAt, clockWarning, earlier } from "./exchange-clock.ts"
import { butFor, type Gap, type Refusal, type Walked } from "./in-parts.ts"
import { type Page, pages } from "./pages.ts"
import { unseen } from "./unseen.ts"
import { tooManyWithout, withoutAnswer } from "./without-answer.ts"

type Stopped = ExchangeUnreachable | NothingListed | StorageFailed

/**
 * What a walk that came to its end reports: items it cannot have seen (`unseen`) and a warning about the
 * listing (`doubt`). Both are words for the slot's reason, or `null`.
 */
interface Ended {
  readonly unseen: string | null
  readonly doubt: string | null
}

/** Requests of one feed under way at a time, where it makes several: more would only wait for the budget. */
const REQUESTS_AT_A_TIME = 4

export const make = Effect.gen(function* () {
  const api = yield* KalshiApi
  const log = yield* ObservationLog
  const runs = yield* CollectionRuns
  const roster = yield* Roster

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
  ): Effect.Effect<void, ExchangeRefused | ListingEndless | Stopped> =>
    pages(api, request, { feed: taken.feed.name, background: taken.feed.background ?? false }).pipe(
      Stream.runForEach((page) =>
        record(taken, request, page).pipe(
          Effect.zipRight(onPage(page)),
          Effect.uninterruptible,
          Effect.zipRight(Option.match(page.refused, { onNone: () => Effect.void, onSome: Effect.fail }))
        )
      )
    )

  /** A request that is refused takes none of the others with it: what they ask for may be gone tomorrow. */
  const walkOne =
    (taken: SlotToTake) =>
    (request: FeedRequest, onPage: (page: Page) => Effect.Effect<void>): Effect.Effect<Walked, Stopped> =>
      Effect.suspend(() => {
        let pages = 0
        const note = (page: Page) =>
          Effect.suspend(() => {
            if (Option.isNone(page.refused)) pages += 1
            return onPage(page)
          })
        return walk(taken, request, note).pipe(
          Effect.as<Refusal | undefined>(undefined),
          Effect.catchTags({
            ExchangeRefused: (refusal) => Effect.succeed(refusal),
            ListingEndless: (refusal) => Effect.succeed(refusal)
          }),
          Effect.map((refusal) => ({ refusal, pages }))
        )
      })

  const contextOf = ({ feed, since, slot }: SlotToTake) =>
    Effect.gen(function* () {
      const last = Option.getOrUndefined(yield* runs.lastComplete(feed.name, slot))
      const watermark = last?.watermark ?? undefined
      const begun = Option.getOrElse(yield* runs.firstTaken(feed.name, slot), () => slot)
      const tickers =
        feed.roster === undefined
          ? []
          : yield* roster.tickers({ feed: feed.name, roster: feed.roster, slot, watermark })
      return { slot, begun, since, watermark, tickers } satisfies FeedContext
    })

  const warnOfClock = yield* clockWarning
  const timekeeper = yield* Timekeeper

  const take: Recorder["Type"]["take"] = (taken, onPage = () => Effect.void) =>
    Effect.gen(function* () {
      const { feed, interval, slot } = taken
      const key = { feed: feed.name, slot }
      const recorded = yield* Ref.make<Recorded>({ feed: feed.name, pages: 0, items: 0, failedAttempts: 0 })
      const refusals = yield* Ref.make<ReadonlyArray<Refusal>>([])
      const unquoted = yield* Ref.make(0)
      const firstMade = yield* Ref.make<SlotSeconds | undefined>(undefined)

      const doubts = Effect.gen(function* () {
        const { items, pages } = yield* Ref.get(recorded)
        const quotes = withoutQuotes(items, items - (yield* Ref.get(unquoted)))
        if (feed.steady !== true) return quotes
        const [before, last] = yield* Effect.all([
          runs.lastSound(feed.name, slot),
          runs.lastComplete(feed.name, slot)
        ])
        const fewer = fewerItems({ items, slot }, Option.getOrUndefined(before), Option.getOrUndefined(last))
        return fewer ?? nothingAtAll({ items, pages }) ?? quotes
      })

      const outcomeOf = (exit: Exit.Exit<Ended, Stopped>) =>
        Effect.map(
          Effect.all([
            Ref.get(recorded),
            Ref.get(refusals),
            Ref.get(firstMade),
            batches.answered,
            Ref.get(gaps)
          ]),
          ([{ failedAttempts, items, pages }, refused, made, answered, missing]): RunOutcome => {
            const complete = Exit.isSuccess(exit) && refused.length === 0 && !tooManyWithout(answered)
            return {
              status: complete ? "complete" : "failed",
              reason: Exit.match(exit, {
                onSuccess: ({ doubt, unseen }) =>
                  allReasons(
                    reasonOfRefusals(refused),
                    // A failed slot has a reason of its own: a warning is about a complete one.
                    complete ? doubt : null,
                    butFor(missing),
                    withoutAnswer(answered),
                    unseen
                  ),
                onFailure: reasonOf
              }),
              pages,
              items,
              failedAttempts: failedAttempts + unanswered(exit),
              // By both clocks: whichever is wrong, no moment is passed over that has not been asked for.
              watermark: complete ? (earlier(slot, made) ?? slot) : null
            }
          }
        )

      const count = (page: Page) =>
        Ref.updateAndGet(recorded, (before) => ({
          ...before,
          pages: before.pages + 1,
          items: before.items + page.items,
          failedAttempts: before.failedAttempts + page.response.attempts - 1
        })).pipe(
          Effect.flatMap(onPage),
          Effect.zipRight(Ref.update(unquoted, (before) => before + page.unquoted)),
          Effect.zipRight(
            Ref.update(firstMade, (before) => earlier(before, believedAt(page.response, slot)))
          ),
          Effect.zipRight(timekeeper.hear(page.response)),
          Effect.zipRight(warnOfClock(page.response))
        )

      const gaps = yield* Ref.make<ReadonlyArray<Gap>>([])
      const onGaps = (more: ReadonlyArray<Gap>) => Ref.update(gaps, (before) => [...before, ...more])
      const onRefused = (refusal: Refusal) => Ref.update(refusals, (before) => [...before, refusal])
      const batches = yield* Batches.make({ walk: walkOne(taken), onPage: count, onRefused, onGaps })

      const walkAll = (context: FeedContext) =>
        Effect.suspend(() => {
          const askable = context.tickers.filter(isAskable)
          batches.giveUp(context.tickers.filter((ticker) => !isAskable(ticker)))
          return Effect.forEach(feed.requests({ ...context, tickers: askable }), batches.ask, {
            discard: true,
            concurrency: REQUESTS_AT_A_TIME
          })
        })

      /** One answer more, recorded like any other; it is none of the listing's items. */
      const ask = (request: FeedRequest) =>
        Effect.gen(function* () {
          const body = yield* Ref.make(Option.none<Uint8Array>())
          const keep = (page: Page) =>
            Effect.zipRight(
              Option.isNone(page.refused) ? Ref.set(body, Option.some(page.response.body)) : Effect.void,
              count({ ...page, items: 0, unquoted: 0 })
            )
          const { refusal } = yield* walkOne(taken)(request, keep)
          if (refusal !== undefined) yield* onRefused(refusal)
          return yield* Ref.get(body)
        })

      // From its start on, a run is closed whatever happens.
      return yield* Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          yield* runs.start({ ...key, interval, startedAt: yield* now })
          const exit = yield* Effect.exit(
            restore(
              Effect.flatMap(contextOf(taken), (context) =>
                Effect.zipRight(
                  walkAll(context),
                  Effect.all({ unseen: unseen(feed.reach?.(context), slot, ask), doubt: doubts })
                )
              )
            )
          )
          const outcome = yield* outcomeOf(exit)
          yield* logBug(exit)
          yield* runs.finish({ ...key, ...outcome, finishedAt: yield* now })
          return Exit.isFailure(exit) && isOurs(exit.cause) ? yield* Effect.failCause(exit.cause) : outcome
        })
      )
    }).pipe(Effect.withSpan("Recorder.take", { attributes: { feed: taken.feed.name, slot: taken.slot } }))

  return Recorder.of({ take })
})

/** Attempts at a page that never got an answer: there is no page to count them with. */
const unanswered = (exit: Exit.Exit<unknown, Stopped>): number =>
  Option.match(Cause.failureOption(Exit.isFailure(exit) ? exit.cause : Cause.empty), {
    onNone: () => 0,
    onSome: (error) => (error._tag === "ExchangeUnreachable" ? error.attempts : 0)
  })

const reasonOf = (cause: Cause.Cause<Stopped>): string =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => Option.getOrElse(bugIn(cause), () => "interrupted"),
    onSome: (error) => error.message
  })

const reasonOfRefusals = ([first, ...others]: ReadonlyArray<Refusal>): string | null => {
  if (first === undefined) return null
  return others.length === 0
    ? first.message
    : `${others.length + 1} requests were refused; the first: ${first.message}`
}

const allReasons = (...reasons: ReadonlyArray<string | null>): string | null => {
  const some = reasons.filter((reason) => reason !== null)
  return some.length === 0 ? null : some.join("; ")
}

/**
 * Tells whether a failure makes `take` fail: a failure to store and an interruption do. A failure of the
 * exchange, a table that does not tell which markets there are, and a bug in one feed only make the slot's
 * run fail.
 */
const isOurs = (cause: Cause.Cause<Stopped>): cause is Cause.Cause<StorageFailed> =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => Option.isNone(bugIn(cause)),
    onSome: (error) => error._tag === "StorageFailed" && !isOfTablesAlone(error)
  })

export const layer = Layer.effect(Recorder, make)
