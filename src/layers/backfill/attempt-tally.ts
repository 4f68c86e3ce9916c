/** The tally of one attempt at a backfill: how far it has come, and what it could not get. */
import type { BackfillProgress } from "../../services/BackfillJobs.ts"
import type { Refusal } from "../recorder/refusal.ts"
import type { MissingPart } from "../recorder/time-parts.ts"

export interface AttemptTally {
  readonly progress: BackfillProgress
  readonly refusals: ReadonlyArray<Refusal>
  /** Parts that are missing although their listings were not refused as a whole. */
  readonly missingParts: ReadonlyArray<MissingPart>
  /** The tickers of markets that answers have left out. A market appears as often as it was left out. */
  readonly leftOut: ReadonlyArray<string>
}

/** A change of the tally, such as the addition of a page. */
export type TallyChange = (before: AttemptTally) => AttemptTally

const addProgress =
  (more: Partial<BackfillProgress>): TallyChange =>
  ({ progress, ...others }) => ({
    ...others,
    progress: {
      requests: progress.requests + (more.requests ?? 0),
      requestsDone: progress.requestsDone + (more.requestsDone ?? 0),
      pages: progress.pages + (more.pages ?? 0),
      items: progress.items + (more.items ?? 0)
    }
  })

/** Adds the listings of a step, some of which an earlier attempt has walked. */
export const addListings = (requests: number, requestsDone: number) => addProgress({ requests, requestsDone })

export const addPage = (items: number) => addProgress({ pages: 1, items })

export const finishListing = addProgress({ requestsDone: 1 })

export const addRefusal =
  (refusal: Refusal): TallyChange =>
  (before) => ({ ...before, refusals: [...before.refusals, refusal] })

export const addMissingParts =
  (parts: ReadonlyArray<MissingPart>): TallyChange =>
  (before) => ({ ...before, missingParts: [...before.missingParts, ...parts] })

export const addLeftOut =
  (tickers: ReadonlyArray<string>): TallyChange =>
  (before) => ({ ...before, leftOut: [...before.leftOut, ...tickers] })
