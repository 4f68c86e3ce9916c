/**
 * The parts that the as-of macros share: their parameters, how far back they look, and the reasons for which they have
 * no answer. Parameters are named unlike any column, because SQL prefers a parameter to a column of its name.
 */
import type { AnswerColumn, Parameter } from "./definition.ts"
import { TIME } from "./types.ts"

/** The moment that the macro is asked about. A text or a time without a zone is converted. */
export const AT = "moment::TIMESTAMPTZ"

export const ofMarket: ReadonlyArray<Parameter> = [
  { name: "market", about: "the ticker of the market" },
  { name: "moment", about: "the time: only what was known by then is used" }
]

export const maxAge: Parameter = {
  name: "max_age",
  about:
    "the greatest age at which an observation is an answer, also across a gap; by default it must be from the newest due slot, and at most a day old",
  otherwise: "NULL::INTERVAL"
}

/**
 * How far back the newest observation of a market is looked for. The bound keeps a question about one moment from reading
 * all files of the lake, and a join with many markets from comparing all rows.
 */
const WINDOW = "greatest(coalesce(max_age::INTERVAL, INTERVAL 1 DAY), INTERVAL 1 DAY)"

/**
 * Returns the conditions on rows of slots that were observed in the window. Those on `snapshot_time` follow from the
 * others, with a day and a minute to spare, and tell which files of the lake need not be read.
 */
export const observedBefore = (row: string, window = WINDOW): string => `
  ${row}.observed_at <= ${AT} AND ${row}.observed_at > ${AT} - ${window}
  AND ${row}.snapshot_time <= ${AT} + INTERVAL 1 MINUTE
  AND ${row}.snapshot_time > ${AT} - ${window} - INTERVAL 1 DAY`

/**
 * Returns the slot of the newest observation of a market, `found`, or the time since when a market without one has been
 * missing: it was described at `knownSince`, and no run that began in the window has brought it.
 */
export const missingSince = (found: string, knownSince: string): string =>
  `coalesce(${found}.snapshot_time, greatest(${knownSince}, ${AT} - ${WINDOW}))`

/**
 * Returns the `SELECT` of one row about the runs of a feed, an expression of SQL, since the newest observation of a market, `found`, which has
 * `snapshot_time` and `observed_at`: whether a complete one after the time `since` did not bring the market (`left_out`),
 * whether one that was due has failed or was never taken (`broken`), and when the next is due. A run that has not
 * ended at the moment is not counted.
 */
export const runsSince = (feed: string, found: string, since = `${found}.snapshot_time`): string => `
  SELECT
    coalesce(bool_or(run.status = 'complete' AND run.finished_at <= ${AT} AND run.slot > ${since}), false) AS left_out,
    coalesce(bool_or(run.slot > ${found}.observed_at
      AND (run.status IN ('missed', 'skipped') OR run.status = 'failed' AND run.finished_at <= ${AT})), false) AS broken,
    max(run.slot) + to_seconds(arg_max_null(run."interval", run.slot)) AS next_due
  FROM collection_runs run
  WHERE run.feed = ${feed} AND run.slot >= ${since} AND run.slot <= ${AT}
    AND run.slot > ${AT} - ${WINDOW} - INTERVAL 1 DAY`

/**
 * Returns the SQL of the reason for which an observation is too old, or NULL. `found` may have no observation, then
 * nothing was recorded. `runs` is a row of `runsSince`.
 */
export const reasonOfAge = (found: string, runs: string): string => `
  CASE
    WHEN ${found}.observed_at IS NULL THEN 'gap'
    WHEN ${found}.observed_at >= ${AT} - max_age::INTERVAL THEN NULL
    WHEN ${runs}.broken OR ${runs}.next_due <= ${AT} THEN 'gap'
    WHEN max_age::INTERVAL IS NOT NULL THEN 'too_old'
  END`

/**
 * Returns the SQL by which the versions of a market are ordered: the greatest is the newest. A final description yields
 * only to a later final one, as in `markets`, because a listing that is some seconds old may call the market open again.
 */
export const orderOfVersions = (version: string): string =>
  `${version}.seq + CASE WHEN ${version}.status IN ('finalized', 'settled') THEN ${2n ** 62n} ELSE 0 END`

export const asked: Readonly<Record<string, AnswerColumn>> = {
  ticker: { type: "VARCHAR", about: "the market that was asked about" },
  time: { type: TIME, about: "the moment that was asked about" }
}

export const observed: Readonly<Record<string, AnswerColumn>> = {
  snapshot_time: { type: TIME, about: "the slot of the newest observation, also if it is no answer" },
  observed_at: { type: TIME, about: "when that observation was received" },
  age: { type: "INTERVAL", about: "the time from its receipt to the moment" }
}
