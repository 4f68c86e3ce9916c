/**
 * Walks the batch requests of a slot to their end. A batch that is refused, perhaps because of one bad name,
 * is split into halves. Names that an answer leaves out are asked about once more, in smaller requests. Names
 * that still have no answer are reported at the end.
 */
import { Effect, Ref } from "effect"
import { blamesAName, leftOut, parts } from "../../domain/ask/batch.ts"
import type { FeedRequest } from "../../domain/ask/feed.ts"
import { type Gap, type Refusal, type Walked, walkInParts } from "./in-parts.ts"
import type { Page } from "./pages.ts"

/**
 * The number of requests that a slot may make beyond those that its feed planned. It bounds the work when the
 * exchange leaves out many of the names.
 */
const EXTRA_REQUESTS_MAX = 300

/** The names that a slot has asked about, and those among them that got no answer. */
export interface Answered {
  readonly asked: ReadonlySet<string>
  readonly without: ReadonlySet<string>
}

export interface Walks<E> {
  readonly walk: (
    request: FeedRequest,
    onPage: (page: Page) => Effect.Effect<void>
  ) => Effect.Effect<Walked, E>
  readonly onPage: (page: Page) => Effect.Effect<void>
  readonly onRefused: (refusal: Refusal) => Effect.Effect<void>
  readonly onGaps: (gaps: ReadonlyArray<Gap>) => Effect.Effect<void>
}

/** Makes the walker for all requests of one slot, including those that are not batches. */
export const make = <E>({ onGaps, onPage, onRefused, walk }: Walks<E>) =>
  Effect.gen(function* () {
    const asked = new Set<string>()
    const without = new Set<string>()
    const extra = yield* Ref.make(EXTRA_REQUESTS_MAX)
    // Becomes false once every name of a batch was refused one by one: then the names are not to blame, and
    // refused batches are no longer split.
    let dividing = true

    const takeExtra = (requests: number) =>
      Ref.modify(extra, (left): [boolean, number] =>
        left < requests ? [false, left] : [true, left - requests]
      )

    /**
     * Walks one request, and its parts where it has to be split. Returns the number of names without an
     * answer.
     */
    const ask = (request: FeedRequest, isPart: boolean): Effect.Effect<number, E> =>
      Effect.gen(function* () {
        const { batch } = request
        let missing: ReadonlyArray<string> = []
        const look = (page: Page) =>
          Effect.sync(() => {
            if (page.refused._tag === "Some") return
            missing = leftOut(request, page.response.inspection.names)
          }).pipe(Effect.zipRight(onPage(page)))
        const onEach = batch?.expectsEach !== true ? onPage : look
        const ended = yield* walkInParts(request, (one) => walk(one, onEach))
        if ("gaps" in ended) yield* onGaps(ended.gaps)
        else {
          const { refusal } = ended
          if (batch === undefined || !(refusal._tag === "ExchangeRefused" && blamesAName(refusal.status)))
            return yield* Effect.as(onRefused(refusal), 0)
          if (batch.names.length > 1 && dividing && (yield* takeExtra(2))) {
            const none = yield* askAll(parts(batch, batch.names, "halves"))
            if (none === batch.names.length) dividing = false
            return none
          }
          if (!isPart) return yield* Effect.as(onRefused(refusal), 0)
          return giveUp(batch.names)
        }
        if (batch === undefined || missing.length === 0) return 0
        const smaller = parts(batch, missing, "names")
        return batch.names.length > 1 && (yield* takeExtra(smaller.length))
          ? yield* askAll(smaller)
          : giveUp(missing)
      })

    const giveUp = (names: ReadonlyArray<string>): number => {
      for (const name of names) without.add(name)
      return names.length
    }

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
      giveUp: (names: ReadonlyArray<string>): void => {
        for (const name of names) asked.add(name)
        giveUp(names)
      },
      answered: Effect.sync((): Answered => ({ asked, without }))
    }
  })
