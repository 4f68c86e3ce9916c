import { Command, Options } from "@effect/cli"
import { Effect, Option } from "effect"
import { type BackfillKind, type BackfillSpec, backfillKinds, isNamed } from "../../domain/backfill.ts"
import type { Period } from "../../domain/candlestick.ts"
import { BackfillFailed, WrongUsage } from "../../domain/errors.ts"
import { slotText } from "../../domain/time.ts"
import { nowSeconds } from "../../layers/now.ts"
import { Backfill } from "../../services/Backfill.ts"
import { type BackfillJob, type BackfillProgress, Backfills } from "../../services/Backfills.ts"
import { asking, recording } from "../compose.ts"
import { describeBackfill } from "../outcomes.ts"
import { rebuildIfOutdated, recover } from "../prepare.ts"
import * as settings from "../settings.ts"
import { result } from "../terminal/output.ts"
import { type Progress, withProgress } from "../terminal/progress.ts"

const series = Options.text("series").pipe(
  Options.withDescription("Markets of this series, such as KXHIGHNY"),
  Options.optional
)
const event = Options.text("event").pipe(Options.withDescription("Markets of this event"), Options.optional)
const tickers = Options.text("tickers").pipe(
  Options.withDescription("These markets, comma-separated"),
  Options.optional
)
const from = Options.text("from").pipe(
  Options.withDescription("From this time on: 2026-01-01T00:00:00Z, or an age such as 30d"),
  Options.optional
)
const to = Options.text("to").pipe(Options.withDescription("Up to this time or age"), Options.optional)
const kinds = Options.text("kinds").pipe(
  Options.withDescription(`What to fetch, comma-separated: ${backfillKinds.join(",")}`),
  Options.withDefault(backfillKinds.join(","))
)
const period = Options.choiceWithValue("period", [
  ["1", 1 as const],
  ["60", 60 as const],
  ["1440", 1440 as const]
]).pipe(Options.withDescription("Minutes of a candle"), Options.withDefault<Period>(60))

const parseKinds = (text: string): Effect.Effect<ReadonlyArray<BackfillKind>, WrongUsage> =>
  Effect.forEach([...new Set(text.split(",").map((name) => name.trim()))], (name) => {
    const kind = backfillKinds.find((known) => known === name)
    return kind === undefined
      ? new WrongUsage({ why: `--kinds ${name} is none of ${backfillKinds.join(", ")}` })
      : Effect.succeed(kind)
  })

interface Words {
  readonly series: Option.Option<string>
  readonly event: Option.Option<string>
  readonly tickers: Option.Option<string>
  readonly from: Option.Option<string>
  readonly to: Option.Option<string>
  readonly kinds: string
  readonly period: Period
}

/** An archive of a hundred million trades is not asked for by leaving everything out. */
const parseSpec = (words: Words, now: number): Effect.Effect<BackfillSpec, WrongUsage> =>
  Effect.gen(function* () {
    const spec: BackfillSpec = {
      series: Option.getOrNull(words.series),
      event: Option.getOrNull(words.event),
      tickers: Option.match(words.tickers, {
        onNone: () => [],
        onSome: (text) => text.split(",").map((ticker) => ticker.trim())
      }),
      from: (yield* settings.parseSince(words.from, now, "--from")) ?? null,
      to: (yield* settings.parseSince(words.to, now, "--to")) ?? null,
      kinds: yield* parseKinds(words.kinds),
      period: words.period
    }
    const named = [spec.series !== null, spec.event !== null, spec.tickers.length > 0].filter(Boolean).length
    if (named > 1) return yield* new WrongUsage({ why: "give one of --series, --event and --tickers" })
    if (!isNamed(spec) && spec.from === null)
      return yield* new WrongUsage({ why: "give --series, --event, --tickers, or --from a time" })
    if (spec.from !== null && spec.to !== null && spec.from >= spec.to)
      return yield* new WrongUsage({ why: "--from must be before --to" })
    return spec
  })

const show =
  ({ at }: Progress) =>
  ({ requests, requestsDone }: BackfillProgress) =>
    at(requestsDone, requests)

/** The recorder that holds the lock works on it; this process only watches. */
const watch = (job: BackfillJob, progress: Progress) =>
  Effect.gen(function* () {
    const backfills = yield* Backfills
    const look: Effect.Effect<BackfillJob, Effect.Effect.Error<ReturnType<typeof backfills.get>>> = backfills
      .get(job.slot)
      .pipe(
        Effect.map(Option.getOrElse(() => job)),
        Effect.tap(show(progress)),
        Effect.flatMap((now) =>
          now.status === "complete" || now.status === "failed"
            ? Effect.succeed(now)
            : Effect.delay(
                Effect.suspend(() => look),
                "1 second"
              )
        )
      )
    return yield* look
  })

export const backfill = Command.make(
  "backfill",
  {
    dataDir: settings.dataDir,
    json: settings.json,
    series,
    event,
    tickers,
    from,
    to,
    kinds,
    period,
    ...settings.exchange
  },
  ({ json, series, event, tickers, from, to, kinds, period, ...options }) =>
    Effect.gen(function* () {
      const now = yield* nowSeconds
      const spec = yield* parseSpec({ series, event, tickers, from, to, kinds, period }, now)
      const ask = Effect.flatMap(Backfills, (backfills) => backfills.ask(spec, now))

      const byOurselves = Effect.gen(function* () {
        yield* rebuildIfOutdated
        yield* recover
        const job = yield* ask
        const work = yield* Backfill
        return yield* withProgress("backfilling", "listings", (progress) => work.work(job, show(progress)))
      }).pipe(Effect.provide(recording({ ...options, program: "backfill" })))

      const byTheRecorder = Effect.gen(function* () {
        const job = yield* ask
        return yield* withProgress("backfilling", "listings", (progress) => watch(job, progress))
      }).pipe(Effect.provide(asking(options.dataDir)))

      const ended = yield* byOurselves.pipe(
        Effect.catchTag("DataDirLocked", ({ holder }) =>
          Effect.zipRight(
            Effect.logInfo(
              `${holder} records here, and takes the backfill over; Ctrl-C here does not stop it`
            ),
            byTheRecorder
          )
        )
      )
      yield* result(json, { ...ended, slot: slotText(ended.slot) }, [describeBackfill(ended)])
      if (ended.status === "failed")
        return yield* new BackfillFailed({ slot: slotText(ended.slot), why: ended.reason ?? "unknown" })
    })
).pipe(
  Command.withDescription(
    "Fetches markets, trades and candles of the past, from the live tier and the archive; run again, it goes on where it stopped"
  )
)
