/** Decides how an attempt at a backfill ends. */
import { Cause, Exit, Option } from "effect"
import type {
  ExchangeRefused,
  ExchangeUnreachable,
  LogDamaged,
  NothingFound,
  StorageFailed
} from "../../domain/errors.ts"
import type { AttemptOutcome } from "../../services/BackfillJobs.ts"
import { describeFailure, stopsRecorder } from "../effects/failure.ts"
import { describeRefusals, isServerError, joinReasons } from "../recorder/refusal.ts"
import { describeMissingParts } from "../recorder/time-parts.ts"
import { nameSome } from "../recorder/unanswered-names.ts"
import type { AttemptTally } from "./attempt-tally.ts"

export type AttemptProblem = StorageFailed | LogDamaged | ExchangeUnreachable | NothingFound

/** Whether a backfill fails or waits while the exchange is away. */
export type OnOutage = "fail" | "wait"

export interface AttemptEnd extends AttemptOutcome {
  /** True for an outage of the exchange (no answer, or 5xx), false for a refusal (4xx). */
  readonly outage: boolean
}

const describeLeftOut = (leftOut: AttemptTally["leftOut"]): string | null => {
  const names = new Set(leftOut)
  return names.size === 0
    ? null
    : `${names.size === 1 ? "1 market" : `${names.size} markets`} got no answer about candles: ${nameSome(names)}`
}

const describeOutage = (problem: ExchangeUnreachable | ExchangeRefused): string =>
  problem._tag === "ExchangeUnreachable"
    ? `${problem.url} does not answer: ${problem.why}`
    : `the exchange answered ${problem.status} to ${problem.request}: ${problem.why}`

/**
 * Returns how an attempt ends. The backfill waits to be resumed after an interruption and, if `onOutage` is
 * "wait", after an outage; `howItGoesOn` is then added to the reason.
 */
export const endOf = (
  exit: Exit.Exit<void, AttemptProblem>,
  { leftOut, missingParts, refusals }: AttemptTally,
  onOutage: OnOutage,
  howItGoesOn: string
): AttemptEnd => {
  const failed = (reason: string): AttemptEnd => ({ status: "failed", reason, outage: false })
  const away = (problem: ExchangeUnreachable | ExchangeRefused, reason: string): AttemptEnd =>
    onOutage === "fail"
      ? { status: "failed", reason, outage: true }
      : { status: "waiting", reason: `${describeOutage(problem)}; ${howItGoesOn}`, outage: true }

  return Exit.match(exit, {
    onSuccess: () => {
      const [first] = refusals
      const reason = describeRefusals(refusals, "listings")
      if (first === undefined || reason === null)
        return {
          status: "complete",
          reason: joinReasons(describeMissingParts(missingParts), describeLeftOut(leftOut)),
          outage: false
        }
      // A refusal that is no server error is an answer to the request: waiting would not change it.
      return refusals.every(isServerError) && isServerError(first) ? away(first, reason) : failed(reason)
    },
    onFailure: (cause) => {
      if (stopsRecorder(cause)) return { status: "waiting", reason: "interrupted", outage: false }
      const problem = Option.getOrUndefined(Cause.failureOption(cause))
      return problem?._tag === "ExchangeUnreachable"
        ? away(problem, problem.message)
        : failed(describeFailure(cause))
    }
  })
}
