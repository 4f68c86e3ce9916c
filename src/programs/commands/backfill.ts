import { Effect } from "effect"
import { type BackfillSpec, isNamed } from "../../domain/ask/backfill/plan.ts"
import { BackfillFailed, WrongUsage } from "../../domain/errors.ts"
import { slotText } from "../../domain/units/time.ts"
import { submit } from "../../layers/backfill/submission.ts"
import { nowSeconds } from "../../layers/clock/now.ts"
import { signer } from "../cli/credentials.ts"
import { besideWriter } from "../cli/layers.ts"
import { pastOf } from "../cli/moments.ts"
import { describeBackfill } from "../cli/outcomes.ts"
import { rebuildIfOutdated, recover } from "../cli/prepare.ts"
import { recording } from "../cli/recording.ts"
import type { TimeOrAge } from "../cli/time.ts"
import type { Values } from "../definitions/backfill.ts"
import { result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"

type Words = Pick<Values, "series" | "event" | "tickers" | "from" | "to" | "kinds" | "period">

/** Returns an age such as `30d` as it was given. The same age means another time a second later. */
const ageIn = (moment: TimeOrAge | undefined): string | null => (moment?.isAge === true ? moment.words : null)

/** Refuses a spec without any limit: leaving everything out must not request a hundred million trades. */
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

export const run = ({ json, series, event, tickers, from, to, kinds, period, ...options }: Values) =>
  Effect.gen(function* () {
    const now = yield* nowSeconds
    const key = yield* signer
    const spec = yield* parseSpec({ series, event, tickers, from, to, kinds, period }, now)
    const ended = yield* submit({
      spec,
      requestedAt: now,
      writer: recording({ ...options, signer: key, program: "backfill" }),
      prepare: Effect.zipRight(rebuildIfOutdated, recover),
      beside: besideWriter(options.dataDir),
      withProgress: (use) =>
        withProgress("backfilling", "listings", ({ at }) =>
          use(({ requests, requestsDone }) => at(requestsDone, requests))
        ),
      onTakenOver: (holder) => Effect.logInfo(takenOverBy(holder))
    })
    yield* result(json, { ...ended, slot: slotText(ended.slot) }, [describeBackfill(ended)])
    if (ended.status === "failed")
      return yield* new BackfillFailed({ slot: slotText(ended.slot), why: ended.reason ?? "unknown" })
  })
