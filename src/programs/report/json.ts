/** Writes a report as one JSON document. docs/reports.md describes its names. */
import type { Report, ReportTable } from "../../domain/reports/document.ts"
import { printableJson } from "../terminal/printable.ts"

/** Rows are objects by the names of the columns, so that a program need not count cells. */
const tableOf = ({ columns, rows, title }: ReportTable) => ({
  title: title ?? null,
  columns,
  rows: rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])))
})

export const reportJson = (report: Report, command: string): string => {
  const { exclusions, included, name, notes, options, population, question, sections, source, title, unit } =
    report
  const document = {
    report: name,
    title,
    question,
    command,
    options: Object.fromEntries(options.map((option) => [option.name, option.value])),
    sections: sections.map(({ figures, finding, id, method, tables, title: heading }) => ({
      id,
      title: heading,
      finding: finding ?? null,
      tables: tables.map(tableOf),
      figures,
      method
    })),
    unit,
    population,
    included,
    exclusions,
    notes,
    source: { last_seq: source.lastSeq ?? null, chain_sha256: source.chainSha256 ?? null }
  }
  return `${printableJson(JSON.stringify(document, null, 2))}\n`
}
