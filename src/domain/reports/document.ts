/**
 * The contents of a report, the same in the terminal, in JSON, in CSV and on a page. A report is a function of the recorded
 * data and its options, so the same data give the same report.
 */
import type { Figure } from "./figure.ts"
import type { Quantity } from "./quantity.ts"

export type ReportCell = string | number | boolean | null

export interface ReportColumn extends Quantity {
  /** The name in JSON and CSV, in snake case. `label` is the name that people read. */
  readonly name: string
}

export interface ReportTable {
  /** The title of one of several tables. The only table of a section has that of the section. */
  readonly title?: string
  readonly columns: ReadonlyArray<ReportColumn>
  /** Cells in the order of the columns. NULL is an unknown or undefined value, shown as a dash. */
  readonly rows: ReadonlyArray<ReadonlyArray<ReportCell>>
}

export interface ReportSection {
  /** Names the section in JSON and in addresses within a page: lower case and hyphens. */
  readonly id: string
  readonly title: string
  /** The answer that the section gives, in one or two sentences with its numbers. */
  readonly finding?: string
  readonly figures: ReadonlyArray<Figure>
  readonly tables: ReadonlyArray<ReportTable>
  /** How the numbers were made: definitions, formulas and sources, a sentence or more each. */
  readonly method: ReadonlyArray<string>
}

/** Rows that a report left out, and the reason. */
export interface Exclusion {
  readonly reason: string
  readonly count: number
}

/** The log that the data follow from. */
export interface ReportSource {
  /** The last observation that the tables were made from; absent if the log is empty. */
  readonly lastSeq?: number
  /** The chained hash of that observation. */
  readonly chainSha256?: string
}

export interface Report {
  /** The name under which `analyze` makes it. */
  readonly name: string
  readonly title: string
  /** The question that the report answers, as one sentence. */
  readonly question: string
  /** The filters and options that were in effect, defaults included. */
  readonly options: ReadonlyArray<{ readonly name: string; readonly value: string }>
  readonly sections: ReadonlyArray<ReportSection>
  /** The things that are counted, such as `markets` or `trades`. */
  readonly unit: string
  /** The number of units that the filters selected: those in the report and all exclusions. */
  readonly population: number
  readonly included: number
  readonly exclusions: ReadonlyArray<Exclusion>
  /** Conditions that the reader must know beside the numbers, such as the share of due slots that were recorded. */
  readonly notes: ReadonlyArray<string>
  readonly source: ReportSource
}
