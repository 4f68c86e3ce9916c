/** The report `coverage`: which of the due slots were recorded, by feed and day. */
import { Effect } from "effect"
import type { ReportColumn, ReportSection } from "../../../domain/reports/document.ts"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { timeOptions } from "../population.ts"
import { type Fields, numberOf, sumOf, tableOf } from "../rows.ts"
import { type ReportEffect, runAll } from "../statements.ts"
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

const feedSection = (feeds: ReadonlyArray<Fields>, days: ReadonlyArray<Fields>): ReportSection => {
  const [due, complete] = [sumOf(feeds, "due"), sumOf(feeds, "complete")]
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
              value: { label: "complete", unit: "share" },
              classes: [0.5, 0.9, 0.99, 1],
              cells: days.map((day) => ({
                row: String(day.feed),
                column: String(day.day),
                value: numberOf(day.complete_share)
              }))
            }
          ],
    tables: [tableOf(FEED_COLUMNS, feeds)],
    method: [
      "A slot is due at each boundary of its feed's interval while a recorder runs on an interval, and for the boundaries that passed between two runs. It is complete if all of its answers were recorded, failed if one was refused or did not come, skipped if the run before it was still going, and missed if no recorder ran.",
      "A complete slot lacks a part if the exchange refused a part of it, such as one market of a batch; its reason in collection_runs names the part. The share leaves out slots that are still running."
    ]
  }
}

const gapSection = (gaps: ReadonlyArray<Fields>): ReportSection => {
  const [longest] = gaps
  return {
    id: "gaps",
    title: "Longest gaps",
    finding:
      longest === undefined
        ? "There is no gap."
        : `The longest gap has ${counted(Number(longest.slots), "slot")} of the feed ${longest.feed}.`,
    figures: [],
    tables: longest === undefined ? [] : [tableOf(GAP_COLUMNS, gaps)],
    method: [
      `A gap is a row of neighbouring slots of one feed that are not complete. The ${GAPS_MAX} with the most slots are listed; the view missing_slots has all slots.`
    ]
  }
}

/** Makes the report. Of the filters only the times are used: they select slots. */
export const makeCoverageReport = (filters: ReportFilters): ReportEffect =>
  Effect.gen(function* () {
    const { answers, source } = yield* runAll([sql.days(filters), sql.gaps(filters, GAPS_MAX)])
    const [all = [], gaps = []] = answers
    const feeds = all.filter(({ day }) => day === null)
    const days = all.filter(({ day }) => day !== null)
    return {
      name: "coverage",
      title: "Coverage",
      question: "Which of the slots that were due were recorded?",
      options: timeOptions(filters, "slot"),
      sections: [feedSection(feeds, days), gapSection(gaps)],
      unit: "slots",
      population: sumOf(feeds, "due"),
      included: sumOf(feeds, "complete"),
      exclusions: sql.INCOMPLETE.map((status) => ({ reason: status, count: sumOf(feeds, status) })).filter(
        ({ count }) => count > 0
      ),
      notes: [
        `${counted(sumOf(feeds, "failed_attempts"), "request")} failed and were repeated; this alone leaves no gap.`
      ],
      source
    }
  })
