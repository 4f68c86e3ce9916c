/**
 * Tells how far back a walk can see. The exchange's listings hold what is younger than the tier boundary, some
 * 60 days, and silently omit what is older. Only the historical tier has that, and only a backfill asks it.
 */
import type { Period } from "../units/period.ts"
import { type SlotSeconds, slotText } from "../units/time.ts"
import type { BackfillKind } from "./backfill/kinds.ts"

/** The times, in seconds since 1970, at which the live tier ends and the historical tier begins. */
export interface TierBoundary {
  readonly marketsSettled: SlotSeconds
  readonly tradesCreated: SlotSeconds
}

/** The start of the time range that a walk depends on, and the kinds of data, in the terms of a backfill. */
export interface Reach {
  readonly from: SlotSeconds
  readonly kinds: ReadonlyArray<BackfillKind>
  /** The period of the candles, for a walk through candles. */
  readonly period?: Period
}

const DAY = 24 * 60 * 60

/** The live tier has never held less than weeks, so a walk that goes back less than this need not ask. */
const SURELY_LIVE_SECONDS = 2 * DAY

export const maybeBeyond = ({ from }: Reach, slot: SlotSeconds): boolean => slot - from > SURELY_LIVE_SECONDS

/**
 * Describes what a walk has not seen, with the command that fetches it. Returns `null` if the live tier has all
 * of it.
 */
export const beyondLiveTier = ({ from, kinds, period }: Reach, boundary: TierBoundary): string | null => {
  const liveFrom = kinds.includes("trades") ? boundary.tradesCreated : boundary.marketsSettled
  if (from >= liveFrom) return null
  const span = `--from ${slotText(from)} --to ${slotText(liveFrom)}`
  const what = `--kinds ${kinds.join(",")}${period === undefined ? "" : ` --period ${period}`}`
  return `what is older than ${slotText(liveFrom)} only the historical tier has: kalshi backfill ${span} ${what}`
}
