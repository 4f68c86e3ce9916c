import { Effect, Option } from "effect"
import { type BackfillSpec, isNamed } from "../../domain/ask/backfill/plan.ts"
import { BackfillFailed, WrongUsage } from "../../domain/errors.ts"
import { slotText } from "../../domain/units/time.ts"
import { nowSeconds } from "../../layers/clock/now.ts"
import { Backfill } from "../../services/Backfill.ts"
import { type BackfillJob, type BackfillProgress, Backfills } from "../../services/Backfills.ts"
import { signer } from "../cli/credentials.ts"
import { asking } from "../cli/layers.ts"
import { pastOf } from "../cli/moments.ts"
import { describeBackfill } from "../cli/outcomes.ts"
import { rebuildIfOutdated, recover } from "../cli/prepare.ts"
import { recording } from "../cli/recording.ts"
import type { Moment } from "../cli/time.ts"
import type { Values } from "../definitions/backfill.ts"
import { result } from "../terminal/output.ts"
import { type Progress, withProgress } from "../terminal/progress.ts"

type Words = Pick<Values, "series" | "event" | "tickers" | "from" | "to" | "kinds" | "period">

/** `30d`, rather than a time: the same words mean another time a second later. */
const ageIn = (moment: Moment | undefined): string | null => (moment?.isAge === true ? moment.words : null)

/** An archive of a hundred million trades is not asked for by leaving everything out. */
const parseSpec = (words: Words, now: number): Effect.Effect<BackfillSpec, WrongUsage> =>
  Effect.gen(function* () {
    const [from, to] = [ageIn(words.from), ageIn(words.to)]
    const spec: BackfillSpec = {
      series: words.series ?? null,
      event: words.event ?? null,
      tickers: words.tickers ?? [],
      from: (yield* pastOf("--from", words.from, now)) ?? null,
      to: (yield* pastOf("--to", words.to, now)) ?? null,
      kinds: words.kinds,
      period: words.period,
      ...(from === null && to === null ? {} : { said: { from, to } })
    }
    const named = [spec.series !== null, spec.event !== null, spec.tickers.length > 0].filter(Boolean).length
    if (named > 1) return yield* new WrongUsage({ why: "give one of --series, --event and --tickers" })
    if (!isNamed(spec) && spec.from === null)
      return yield* new WrongUsage({ why: "give --series, --event, --tickers, or --from a time" })
    if (spec.from !== null && spec.to !== null && spec.from >= spec.to)
      return yield* new WrongUsage({ why: "--from must be before --to" })
    return spec
  })

const takenOverBy = (holder: string) =>
  `${holder} has the data directory: a recorder takes the backfill over, and Ctrl-C here does not stop it; anything else is waited for`

const show =
  ({ at }: Progress) =>
  ({ requests, requestsDone }: BackfillProgress) =>
    at(requestsDone, requests)

/** How often to look, and how many looks in a row a backfill may wait before somebody else should work on it. */
const LOOK_EVERY = "1 second"
const WAITING_LOOKS_MAX = 30

const isOver = ({ status }: BackfillJob) => status === "complete" || status === "failed"

/**
 * The recorder that holds the lock works on it; this process only watches. Answers how it ended, or that it
 * waits: the recorder may be busy with another, or gone.
 */
const watch = (job: BackfillJob, progress: Progress) =>
  Effect.flatMap(Backfills, (backfills) =>
    Effect.iterate(
      { now: job, waiting: 0 },
      {
        while: ({ now, waiting }) => !isOver(now) && waiting < WAITING_LOOKS_MAX,
        body: ({ now, waiting }) =>
          backfills.get(job.slot).pipe(
            Effect.map(Option.getOrElse(() => now)),
            Effect.tap(show(progress)),
            Effect.map((seen) => ({ now: seen, waiting: seen.status === "waiting" ? waiting + 1 : 0 })),
            Effect.delay(LOOK_EVERY)
          )
      }
    )
  ).pipe(Effect.map(({ now }) => now))

export const run = ({ json, series, event, tickers, from, to, kinds, period, ...options }: Values) =>
  Effect.gen(function* () {
    const now = yield* nowSeconds
    const key = yield* signer
    const spec = yield* parseSpec({ series, event, tickers, from, to, kinds, period }, now)
    /** Records the request for the backfill the first time; later looks up its job. */
    const known = (before: Option.Option<BackfillJob>) =>
      Effect.flatMap(Backfills, (backfills) =>
        Option.match(before, {
          onNone: () => backfills.ask(spec, now),
          onSome: (job) =>
            Effect.map(
              backfills.get(job.slot),
              Option.getOrElse(() => job)
            )
        })
      )

    const byOurselves = (before: Option.Option<BackfillJob>) =>
      Effect.gen(function* () {
        yield* rebuildIfOutdated
        yield* recover
        const job = yield* known(before)
        if (isOver(job)) return job
        const work = yield* Backfill
        return yield* withProgress("backfilling", "listings", (progress) => work.work(job, show(progress)))
      }).pipe(Effect.provide(recording({ ...options, signer: key, program: "backfill" })))

    const byTheRecorder = (before: Option.Option<BackfillJob>) =>
      Effect.gen(function* () {
        const job = yield* known(before)
        return yield* withProgress("backfilling", "listings", (progress) => watch(job, progress))
      }).pipe(Effect.provide(asking(options.dataDir)))

    /**
     * Repeats until the job is over. If another process holds the lock, this process waits: a recorder that
     * holds the lock runs the backfill, and any other program will release the lock.
     */
    const ended = yield* Effect.iterate(Option.none<BackfillJob>(), {
      while: (job) => !Option.exists(job, isOver),
      body: (before) =>
        byOurselves(before).pipe(
          Effect.catchTag("DataDirLocked", ({ holder }) =>
            Effect.zipRight(
              Option.isSome(before) ? Effect.void : Effect.logInfo(takenOverBy(holder)),
              byTheRecorder(before)
            )
          ),
          Effect.asSome
        )
    }).pipe(Effect.map(Option.getOrThrow))
    yield* result(json, { ...ended, slot: slotText(ended.slot) }, [describeBackfill(ended)])
    if (ended.status === "failed")
      return yield* new BackfillFailed({ slot: slotText(ended.slot), why: ended.reason ?? "unknown" })
  })
