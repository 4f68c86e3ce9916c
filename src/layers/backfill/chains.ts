/** Walks the chains of a stage: what has been walked by an attempt before is found in the log, and not asked. */
import { Effect, Option, Ref } from "effect"
import { halves } from "../../domain/ask/backfill/candles.ts"
import { type Asked, BACKFILL_FEED, type Chain } from "../../domain/ask/backfill/plan.ts"
import { blamesAName } from "../../domain/ask/batch.ts"
import { canonicalRequest } from "../../domain/ask/feed.ts"
import { AnswerShort } from "../../domain/errors.ts"
import type { SlotSeconds } from "../../domain/units/time.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { type Gap, type Refusal, type Walked, walkInParts } from "../recorder/in-parts.ts"
import * as Walk from "./walk.ts"

/** Of chains: the tiers of one go one after the other. */
const CHAINS_AT_A_TIME = 4

/** Of what a chain asks the archive: a market whose candles it does not have yet takes it several attempts. */
const ARCHIVED_AT_A_TIME = 4

/** Of last pages that are looked at again. */
const LOOKS_AT_A_TIME = 4

/**
 * Tells whether a refusal concerns some of the markets of a batch only, so that the parts of the batch are
 * worth asking for.
 */
const isOfSome = (refusal: Refusal): boolean =>
  refusal._tag === "AnswerShort" || (refusal._tag === "ExchangeRefused" && blamesAName(refusal.status))

/** What becomes of a stage. */
export interface Watcher {
  /** So many listings in all, and so many of them done before. */
  readonly onStage: (listings: number, done: number) => Effect.Effect<void>
  readonly onPage: (items: number) => Effect.Effect<void>
  readonly onDone: Effect.Effect<void>
  readonly onRefused: (refusal: Refusal) => Effect.Effect<void>
  /** Called with the markets that no answer describes, although each was asked about alone. */
  readonly onLeftOut: (markets: ReadonlyArray<string>) => Effect.Effect<void>
  readonly onGaps: (gaps: ReadonlyArray<Gap>) => Effect.Effect<void>
}

interface Attempt {
  /** The backfill's name: nothing in the log is older. */
  readonly slot: SlotSeconds
  readonly attempt: SlotSeconds
}

type Refused = ReadonlyArray<Asked["about"]>

/** Who is in doubt about one tier may ask the other. */
const linkOf = (asked: Asked, { archive, live }: Chain): Walk.Link => {
  // Half a batch is of the live tier like the whole.
  const others = archive.includes(asked) ? live : archive
  return { asked, hasOthers: others.some(({ about }) => about.some((one) => asked.about.includes(one))) }
}

export const make = Effect.gen(function* () {
  const log = yield* ObservationLog
  const { standing, walk } = yield* Walk.make

  return (chains: ReadonlyArray<Chain>, { attempt, slot }: Attempt, watcher: Watcher) =>
    Effect.gen(function* () {
      const lastPages = yield* log.lastPages(BACKFILL_FEED, slot)
      // Where every market of a batch is refused one by one, it is not the market's fault.
      const dividing = yield* Ref.make(true)

      const all = chains.flatMap((chain) =>
        [...chain.live, ...chain.archive].map((asked) => ({ asked, chain }))
      )
      const stands = yield* Effect.forEach(
        all,
        ({ asked, chain }) =>
          Effect.map(standing(linkOf(asked, chain), lastPages), (stand) => [asked, stand] as const),
        { concurrency: LOOKS_AT_A_TIME }
      )
      const done = new Set(stands.flatMap(([asked, stand]) => (stand.done ? [asked] : [])))
      yield* watcher.onStage(all.length, done.size)

      /** Asks for what is missing; answers about whom it was refused, refusal by refusal. */
      const ask = (asked: Asked, chain: Chain): Effect.Effect<Refused, Walk.Problem> =>
        Effect.gen(function* () {
          const link = linkOf(asked, chain)
          const ended = yield* walkInParts(asked.request, (request) =>
            walkOne({ ...link, asked: { ...asked, request } })
          )
          if ("gaps" in ended) return yield* Effect.as(watcher.onGaps(ended.gaps), [])
          const { refusal } = ended
          const mayDivide = (yield* Ref.get(dividing)) && isOfSome(refusal)
          const parts = mayDivide ? halves(asked) : []
          if (parts.length === 0 && refusal._tag === "AnswerShort")
            return yield* Effect.as(watcher.onLeftOut(refusal.markets), [])
          if (parts.length === 0) return yield* Effect.as(watcher.onRefused(refusal), [asked.about])
          return (yield* Effect.forEach(parts, (part) => ask(part, chain))).flat()
        })

      /** Walks one listing from the place that it has reached, to its end or to a refusal. */
      const walkOne = (link: Walk.Link): Effect.Effect<Walked, Walk.Problem> =>
        Effect.gen(function* () {
          const stand = yield* standing(link, lastPages)
          if (stand.done) return { refusal: undefined, pages: 0 }
          if ("leftOut" in stand) {
            const request = canonicalRequest(link.asked.request)
            return { refusal: new AnswerShort({ request, markets: stand.leftOut }), pages: 0 }
          }
          let pages = 0
          const refusal = yield* walk(link, { attempt, from: stand.from }, ({ items, refused }) =>
            Effect.suspend(() => {
              if (Option.isNone(refused)) pages += 1
              return watcher.onPage(items)
            })
          ).pipe(
            Effect.as<Refusal | undefined>(undefined),
            Effect.catchTags({
              AnswerShort: (refusal) => Effect.succeed(refusal),
              ListingEndless: (refusal) => Effect.succeed(refusal),
              ExchangeRefused: (refusal) => Effect.succeed(refusal)
            })
          )
          return { refusal, pages }
        })

      const askWhole = (asked: Asked, chain: Chain) =>
        Effect.gen(function* () {
          if (done.has(asked)) return []
          const refusals = yield* ask(asked, chain)
          const refused = refusals.flat()
          if (refused.length === 0) yield* watcher.onDone
          if (refusals.length > 1 && refused.length === asked.about.length) yield* Ref.set(dividing, false)
          return refused
        })

      // Of what the live tier has refused, the archive is asked after it or not at all: by the next attempt.
      const walkChain = (chain: Chain) =>
        Effect.gen(function* () {
          const refused = new Set((yield* Effect.forEach(chain.live, (one) => askWhole(one, chain))).flat())
          const free = chain.archive.filter(({ about }) => !about.some((one) => refused.has(one)))
          yield* Effect.forEach(free, (one) => askWhole(one, chain), {
            concurrency: ARCHIVED_AT_A_TIME,
            discard: true
          })
        })

      const open = chains.filter(({ archive, live }) => ![...live, ...archive].every((one) => done.has(one)))
      yield* Effect.forEach(open, walkChain, { concurrency: CHAINS_AT_A_TIME, discard: true })
    })
})
