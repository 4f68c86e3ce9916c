/** The section of a history about what the exchange changed in the description of the market. */
import type { ReportColumn, ReportSection } from "../../../domain/reports/document.ts"
import { type Fields, tableOf } from "../rows.ts"
import { counted } from "../wording.ts"

const CHANGE_COLUMNS: ReadonlyArray<ReportColumn> = [
  { name: "observed_at", label: "known from", unit: "time" },
  { name: "field", label: "field", unit: "text" },
  { name: "before", label: "before", unit: "text" },
  { name: "after", label: "after", unit: "text" }
]

export const changeSection = (changes: ReadonlyArray<Fields>): ReportSection => ({
  id: "terms",
  title: "Changes of its description",
  finding:
    changes.length === 0
      ? "The exchange described it the same way each time."
      : `${counted(changes.length, "field")} changed, at ${counted(new Set(changes.map(({ observed_at }) => observed_at)).size, "time")}.`,
  figures: [],
  tables: changes.length === 0 ? [] : [tableOf(CHANGE_COLUMNS, changes)],
  method: [
    "A change counts from the time at which an answer with it was received. Its values are those of market_history."
  ]
})
