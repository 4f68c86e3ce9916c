/** Makes the filters of reports from the words of the command line. */
import { DateTime } from "effect"
import { NO_FILTERS, type ReportFilters } from "../../domain/reports/filters.ts"
import type { UtcTime } from "../../domain/units/moment.ts"
import { type SlotSeconds, timeText } from "../../domain/units/time.ts"

export const utcTime = (seconds: SlotSeconds): UtcTime => ({
  utc: DateTime.unsafeMake(seconds * 1000),
  iso: timeText(seconds)
})

/** Filters that select what is not older than a time, or everything. */
export const filtersFrom = (from: SlotSeconds | undefined): ReportFilters =>
  from === undefined ? NO_FILTERS : { ...NO_FILTERS, from: utcTime(from) }
