/** The report `coverage`: which of the due slots were recorded, by feed and day. */
import { Effect } from "effect"
import type { Report, ReportColumn, ReportSection } from "../../../domain/reports/document.ts"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { Analytics, type QueryProblem } from "../../../services/Analytics.ts"
import { type Fields, numberOf, recordsOf, rowOfCells, textOf } from "../cells.ts"
import { counted, shown } from "../wording.ts"
import * as sql from "./sql.ts"

/** The number of gaps that are listed. */
const GAPS_MAX = 20

const FEED_COLUMNS: ReadonlyArray<ReportColumn> = [
  { name: "feed", label: "feed", unit: "text" },
  { name: "due", label: "due", unit: "count" },
  { name: "complete", label: "complete", unit: "count" },
  { name: "complete_share", label: "share", unit: "share" },
  { name: "lacking", label: "lacking a part", unit: "count" },
  { name: "failed", label: "failed", unit: "count" },
  { name: "skipped", label: "skipped", unit: "count" },
  { name: "missed", label: "missed", unit: "count" },
  { name: "running", label: "running", unit: "count" },
  { name: "first_slot", label: "first slot", unit: "time" },
  { name: "last_slot", label: "last slot", unit: "time" }
]

const GAP_COLUMNS: ReadonlyArray<ReportColumn> = [
  { name: "feed", label: "feed", unit: "text" },
  { name: "first_slot", label: "first slot", unit: "time" },
  { name: "last_slot", label: "last slot", unit: "time" },
  { name: "slots", label: "slots", unit: "count" },
  { name: "ended", label: "ended as", unit: "text" },
  { name: "reason", label: "reason of the first", unit: "text" }
]

const countOf = (fields: Fields, name: string): number => Number(fields[name])

/** The share of the slots that have ended. A slot that is still running is neither recorded nor lost. */
const shareOf = (fields: Fields): number | null => {
  const ended = countOf(fields, "due") - countOf(fields, "running")
  return ended === 0 ? null : countOf(fields, "complete") / ended
}

const feedSection = (feeds: ReadonlyArray<Fields>, days: ReadonlyArray<Fields>): ReportSection => {
  const [due, complete] = ["due", "complete"].map((name) =>
    feeds.reduce((sum, feed) => sum + countOf(feed, name), 0)
  ) as [number, number]
  return {
    id: "feeds",
    title: "Slots by feed and day",
    finding:
      due === 0
        ? "No slot was due in this time."
        : `${shown(complete, "count")} of ${counted(due, "due slot")} of ${counted(feeds.length, "feed")} are complete (${shown(complete / due, "share", 2)}).`,
    figures:
      days.length === 0
        ? []
        : [
            {
              kind: "heat",
              title: "Share of the due slots that are complete",
              caption:
                "Each cell is a UTC day of a feed. A day without colour has no due slot: the feed was not chosen, or no recorder had been started yet.",
              row: { label: "feed", unit: "text" },
              column: { label: "day", unit: "day" },
              value: { label: "complete", unit: "share", domain: [0, 1] },
              cells: days.map((day) => ({
                row: String(day.feed),
                column: String(day.day),
                value: shareOf(day)
              }))
            }
          ],
    tables: [
      {
        columns: FEED_COLUMNS,
        rows: feeds.map((feed) => [
          textOf(feed.feed),
          countOf(feed, "due"),
          countOf(feed, "complete"),
          shareOf(feed),
          countOf(feed, "lacking"),
          ...sql.INCOMPLETE.map((status) => countOf(feed, status)),
          textOf(feed.first),
          textOf(feed.last)
        ])
      }
    ],
    method: [
      "A slot is due at each boundary of its feed's interval while a recorder runs on an interval, and for the boundaries that passed between two runs. It is complete if all of its answers were recorded, failed if one was refused or did not come, skipped if the run before it was still going, and missed if no recorder ran.",
      "A complete slot lacks a part if the exchange refused a part of it, such as one market of a batch; its reason in collection_runs names the part. The share leaves out slots that are still running."
    ]
  }
}

const gapSection = (
  gaps: ReadonlyArray<Fields>,
  rows: ReportSection["tables"][number]["rows"]
): ReportSection => {
  const [longest] = gaps
  return {
    id: "gaps",
    title: "Longest gaps",
    finding:
      longest === undefined
        ? "There is no gap."
        : `The longest gap has ${counted(countOf(longest, "slots"), "slot")} of the feed ${textOf(longest.feed)}.`,
    figures: [],
    tables: longest === undefined ? [] : [{ columns: GAP_COLUMNS, rows }],
    method: [
      `A gap is a row of neighbouring slots of one feed that are not complete. The ${GAPS_MAX} with the most slots are listed; the view missing_slots has all slots.`
    ]
  }
}

export interface CoverageOptions {
  /** Only the times are used: they select slots. */
  readonly filters: ReportFilters
}

export const makeCoverageReport = ({
  filters
}: CoverageOptions): Effect.Effect<Report, QueryProblem, Analytics> =>
  Effect.gen(function* () {
    const analytics = yield* Analytics
    const { results, source } = yield* analytics.queryAll({
      sqls: [sql.days(filters), sql.gaps(filters, GAPS_MAX)]
    })
    const [all = [], gaps = []] = results.map(recordsOf)
    const feeds = all.filter(({ day }) => day === null)
    const days = all.filter(({ day }) => day !== null)
    const total = (name: string) => feeds.reduce((sum, feed) => sum + countOf(feed, name), 0)
    const attempts = feeds.reduce(
      (sum, feed) => sum + Number(numberOf(feed.failed_attempts) ?? Number.NaN),
      0
    )
    return {
      name: "coverage",
      title: "Coverage",
      question: "Which of the slots that were due were recorded?",
      options: [
        { name: "from", value: filters.from?.iso ?? "the first slot" },
        { name: "to", value: filters.to?.iso ?? "the last slot" }
      ],
      sections: [feedSection(feeds, days), gapSection(gaps, (results[1]?.rows ?? []).map(rowOfCells))],
      unit: "slots",
      population: total("due"),
      included: total("complete"),
      exclusions: sql.INCOMPLETE.map((status) => ({ reason: status, count: total(status) })).filter(
        ({ count }) => count > 0
      ),
      notes: Number.isFinite(attempts)
        ? [`${counted(attempts, "request")} failed and were repeated; this alone leaves no gap.`]
        : [],
      source
    }
  })
