/**
 * Batches asked to their end. A batch that is refused for what may be one bad name is asked by halves; whom an
 * answer leaves out is asked for once more in smaller requests. Who got no answer then is named in the end.
 */
import { Effect, Either, Ref } from "effect"
import { leftOut, parts } from "../../domain/batch.ts"
import type { FeedRequest } from "../../domain/feed.ts"
import { parse } from "../interpreter/parse.ts"
import { type Gap, type Refusal, type Walked, walkInParts } from "./in-parts.ts"
import type { Page } from "./pages.ts"

/** Statuses that one bad name may bring upon a whole batch; 414 and 431 are a list of long names. */
const BLAMES_A_NAME: ReadonlySet<number> = new Set([400, 404, 413, 414, 431])

/** Requests of a slot beyond its plan. An exchange that leaves out half of everything is not asked for ever. */
const EXTRA_REQUESTS_MAX = 300

/** Whom a slot has asked about, and who of them got no answer. */
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

const blamesAName = (refusal: Refusal): boolean =>
  refusal._tag === "ExchangeRefused" && BLAMES_A_NAME.has(refusal.status)

/** Walks the requests of one slot, those that are no batches among them. */
export const make = <E>({ onGaps, onPage, onRefused, walk }: Walks<E>) =>
  Effect.gen(function* () {
    const asked = new Set<string>()
    const without = new Set<string>()
    const extra = yield* Ref.make(EXTRA_REQUESTS_MAX)
    // Where every name of a batch is refused one by one, it is not the names' fault.
    let dividing = true

    const takeExtra = (requests: number) =>
      Ref.modify(extra, (left): [boolean, number] =>
        left < requests ? [false, left] : [true, left - requests]
      )

    /** Answers how many got no answer. */
    const ask = (request: FeedRequest, isPart: boolean): Effect.Effect<number, E> =>
      Effect.gen(function* () {
        const { batch } = request
        let missing: ReadonlyArray<string> = []
        const look = (page: Page) =>
          Effect.sync(() => {
            if (page.refused._tag === "Some") return
            missing = Either.match(parse(page.response.body), {
              onLeft: () => [],
              onRight: (body) => leftOut(request, body)
            })
          }).pipe(Effect.zipRight(onPage(page)))
        const onEach = batch === undefined || batch.nameKey === null ? onPage : look
        const ended = yield* walkInParts(request, (one) => walk(one, onEach))
        if ("gaps" in ended) yield* onGaps(ended.gaps)
        else {
          const { refusal } = ended
          if (batch === undefined || !blamesAName(refusal)) return yield* Effect.as(onRefused(refusal), 0)
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
