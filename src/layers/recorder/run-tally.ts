/** The tally of one run: what it has recorded so far, and the outcome that follows from it. */
import { Cause, Exit, Option } from "effect"
import type { ExchangeUnreachable, NothingListed, StorageFailed } from "../../domain/errors.ts"
import { earlier, type SlotSeconds } from "../../domain/units/time.ts"
import type { RunOutcome } from "../../services/CollectionRuns.ts"
import { describeFailure } from "../effects/failure.ts"
import { believedAt } from "./exchange-clock.ts"
import type { ListingPage } from "./listing-pages.ts"
import { describeRefusals, joinReasons, type Refusal } from "./refusal.ts"
import type { Unseen } from "./tier-boundary.ts"
import { describeMissingParts, type MissingPart } from "./time-parts.ts"
import { describeUnanswered, type NameCoverage, tooManyUnanswered } from "./unanswered-names.ts"

export interface RunTally {
  readonly pages: number
  readonly items: number
  /** Requests that had to be sent again. */
  readonly failedAttempts: number
  /** Items that should have a price and have none. */
  readonly unquoted: number
  /** The exchange's time of the first answer, if an answer had a usable one. */
  readonly firstAnswerAt: SlotSeconds | undefined
  readonly refusals: ReadonlyArray<Refusal>
  readonly missingParts: ReadonlyArray<MissingPart>
}

export const emptyTally: RunTally = {
  pages: 0,
  items: 0,
  failedAttempts: 0,
  unquoted: 0,
  firstAnswerAt: undefined,
  refusals: [],
  missingParts: []
}

/** Counts a page of a run for `slot`. */
export const addPage =
  ({ items, response, unquoted }: ListingPage, slot: SlotSeconds) =>
  (tally: RunTally): RunTally => ({
    ...tally,
    pages: tally.pages + 1,
    items: tally.items + items,
    failedAttempts: tally.failedAttempts + response.attempts - 1,
    unquoted: tally.unquoted + unquoted,
    firstAnswerAt: earlier(tally.firstAnswerAt, believedAt(response, slot))
  })

export type RunProblem = ExchangeUnreachable | NothingListed | StorageFailed

/** The findings of a walk that came to its end, for the run's reason. */
export interface WalkFindings {
  readonly unseen: Unseen | null
  /** A warning about the listing. */
  readonly warning: string | null
}

export const outcomeOf = (
  { failedAttempts, firstAnswerAt, items, missingParts, pages, refusals }: RunTally,
  coverage: NameCoverage,
  exit: Exit.Exit<WalkFindings, RunProblem>,
  slot: SlotSeconds
): RunOutcome => {
  // Markets that have left the live tier never get an answer there: without a watermark each later run would ask for
  // them again, and fail.
  const complete =
    Exit.isSuccess(exit) &&
    refusals.length === 0 &&
    (exit.value.unseen?.isMoved === true || !tooManyUnanswered(coverage))
  return {
    status: complete ? "complete" : "failed",
    reason: Exit.match(exit, {
      onSuccess: ({ unseen, warning }) =>
        joinReasons(
          describeRefusals(refusals, "requests"),
          // A warning is about a complete run; a failed run has a reason of its own.
          complete ? warning : null,
          describeMissingParts(missingParts),
          describeUnanswered(coverage),
          unseen?.words ?? null
        ),
      onFailure: describeFailure
    }),
    pages,
    items,
    failedAttempts: failedAttempts + attemptsWithoutAnswer(exit),
    // The earlier of both clocks: if one is wrong, no time is skipped that has not been asked for.
    watermark: complete ? (earlier(slot, firstAnswerAt) ?? slot) : null
  }
}

/** Returns the attempts at a page that never got an answer. They cannot be counted with their page. */
const attemptsWithoutAnswer = (exit: Exit.Exit<unknown, RunProblem>): number =>
  Option.match(Cause.failureOption(Exit.isFailure(exit) ? exit.cause : Cause.empty), {
    onNone: () => 0,
    onSome: (error) => (error._tag === "ExchangeUnreachable" ? error.attempts : 0)
  })
