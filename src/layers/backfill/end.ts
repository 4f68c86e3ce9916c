/** How an attempt at a backfill ends. */
import { Cause, Exit, Option } from "effect"
import type {
  ExchangeRefused,
  ExchangeUnreachable,
  LogDamaged,
  NothingFound,
  StorageFailed
} from "../../domain/errors.ts"
import { isOfTablesAlone } from "../../domain/tables-trouble.ts"
import { bugIn } from "../effects/bug.ts"
import { butFor, type Gap, type Refusal } from "../recorder/in-parts.ts"

export type Problem = StorageFailed | LogDamaged | ExchangeProblem
type ExchangeProblem = ExchangeUnreachable | NothingFound

/** Whether an exchange that is away ends a backfill, or makes it wait. */
export type OnOutage = "fail" | "wait"

export interface End {
  readonly status: "complete" | "failed" | "waiting"
  readonly reason: string | null
  /** Whether the exchange was away, rather than of another opinion. */
  readonly outage: boolean
}

const exchangeProblem = (cause: Cause.Cause<Problem>): Option.Option<ExchangeProblem> =>
  Option.filter(
    Cause.failureOption(cause),
    (error): error is ExchangeProblem => error._tag !== "StorageFailed" && error._tag !== "LogDamaged"
  )

const tablesProblem = (cause: Cause.Cause<Problem>): Option.Option<StorageFailed | LogDamaged> =>
  Option.filter(
    Cause.failureOption(cause),
    (error): error is StorageFailed | LogDamaged =>
      (error._tag === "StorageFailed" || error._tag === "LogDamaged") && isOfTablesAlone(error)
  )

/**
 * Tells whether a failure is passed on to the caller: a failure to store and an interruption are. Failures of
 * the exchange, problems with the tables, and bugs only end the backfill.
 */
export const isOurs = (cause: Cause.Cause<Problem>): cause is Cause.Cause<StorageFailed | LogDamaged> =>
  Option.isNone(exchangeProblem(cause)) && Option.isNone(bugIn(cause)) && Option.isNone(tablesProblem(cause))

/** What a backfill is missing although none of its requests was refused as a whole. */
export interface Missing {
  readonly gaps: ReadonlyArray<Gap>
  /** The tickers of markets that answers have left out. A market appears as often as it was left out. */
  readonly leftOut: ReadonlyArray<string>
}

const NAMED_MAX = 5

const reasonOfMissing = ({ gaps, leftOut }: Missing): string | null => {
  const names = [...new Set(leftOut)].sort()
  const more = names.length - NAMED_MAX
  const unanswered =
    names.length === 0
      ? []
      : [
          `${names.length === 1 ? "1 market" : `${names.length} markets`} got no answer about candles: ${names.slice(0, NAMED_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`
        ]
  const reasons = [butFor(gaps), ...unanswered].filter((reason) => reason !== null)
  return reasons.length === 0 ? null : reasons.join("; ")
}

const SERVER_ERROR = 500

const failedFor = ([first, ...others]: ReadonlyArray<Refusal>): string =>
  first === undefined
    ? ""
    : others.length === 0
      ? first.message
      : `${others.length + 1} listings were refused; the first: ${first.message}`

/** What the exchange itself could not do: it may be able to, later. */
const isAway = (refusal: Refusal): refusal is ExchangeRefused =>
  refusal._tag === "ExchangeRefused" && refusal.status >= SERVER_ERROR

const awayWords = (problem: ExchangeUnreachable | ExchangeRefused): string =>
  problem._tag === "ExchangeUnreachable"
    ? `${problem.url} does not answer: ${problem.why}`
    : `the exchange answered ${problem.status} to ${problem.request}: ${problem.why}`

const away = (
  problem: ExchangeUnreachable | ExchangeRefused,
  onOutage: OnOutage,
  reason: string,
  waits: string
): End =>
  onOutage === "fail"
    ? { status: "failed", reason, outage: true }
    : { status: "waiting", reason: `${awayWords(problem)}; ${waits}`, outage: true }

/**
 * Returns how a backfill ends. It stays waiting, to be continued later, unless the exchange, the tables or a
 * bug have stopped it.
 */
export const endOf = (
  exit: Exit.Exit<void, Problem>,
  refusals: ReadonlyArray<Refusal>,
  missing: Missing,
  onOutage: OnOutage,
  waits: string
): End =>
  Exit.match(exit, {
    onSuccess: () => {
      const [first] = refusals
      if (first === undefined) return { status: "complete", reason: reasonOfMissing(missing), outage: false }
      const reason = failedFor(refusals)
      // One "no" among them is an answer, and somebody must look at it.
      return refusals.every(isAway) && isAway(first)
        ? away(first, onOutage, reason, waits)
        : { status: "failed", reason, outage: false }
    },
    onFailure: (cause) =>
      Option.match(exchangeProblem(cause), {
        onNone: () =>
          Option.match(
            Option.orElse(bugIn(cause), () => Option.map(tablesProblem(cause), ({ message }) => message)),
            {
              onNone: () => ({ status: "waiting", reason: "interrupted", outage: false }) as const,
              onSome: (reason) => ({ status: "failed", reason, outage: false }) as const
            }
          ),
        onSome: (problem) =>
          problem._tag === "ExchangeUnreachable"
            ? away(problem, onOutage, problem.message, waits)
            : { status: "failed", reason: problem.message, outage: false }
      })
  })
