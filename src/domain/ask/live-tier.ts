/**
 * How far back a walk can see. The exchange's listings hold what is younger than its cutoff, some 60 days, and
 * pass over what is older without a word: only the archive has that, and only a backfill asks the archive.
 */
import type { Period } from "../units/period.ts"
import { type SlotSeconds, slotText } from "../units/time.ts"
import type { BackfillKind } from "./backfill/kinds.ts"
import type { Cutoff } from "./backfill/plan.ts"

/** From when on a walk asks for what, in the words of a backfill. */
export interface Reach {
  readonly from: SlotSeconds
  readonly kinds: ReadonlyArray<BackfillKind>
  /** Of candles. */
  readonly period?: Period
}

const DAY = 24 * 60 * 60

/** The live tier has never reached back less than weeks: walks from slot to slot need not ask. */
const SURELY_LIVE_SECONDS = 2 * DAY

export const maybeBeyond = ({ from }: Reach, slot: SlotSeconds): boolean => slot - from > SURELY_LIVE_SECONDS

/** What a walk has not seen, and how to get it; nothing, where the live tier has all of it. */
export const beyondLiveTier = ({ from, kinds, period }: Reach, cutoff: Cutoff): string | null => {
  const liveFrom = kinds.includes("trades") ? cutoff.tradesCreated : cutoff.marketsSettled
  if (from >= liveFrom) return null
  const span = `--from ${slotText(from)} --to ${slotText(liveFrom)}`
  const what = `--kinds ${kinds.join(",")}${period === undefined ? "" : ` --period ${period}`}`
  return `what is older than ${slotText(liveFrom)} only the archive has: kalshi backfill ${span} ${what}`
}
