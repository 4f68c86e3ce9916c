/** Shows a report in the form that was asked for: in the terminal, as JSON, as CSV files, as a page. */
import { Console, Effect } from "effect"
import type { StorageFailed, WrongUsage } from "../../domain/errors.ts"
import type { Report } from "../../domain/reports/document.ts"
import { isDevice, standardOutput, wholeFile, withFile } from "../../layers/files/whole-file.ts"
import { printable } from "../terminal/printable.ts"
import { reportLines } from "../terminal/report/report.ts"
import { terminalScreen } from "../terminal/screen.ts"
import { csvFiles } from "./csv.ts"
import { reportJson } from "./json.ts"

export interface Forms {
  readonly json: boolean
  readonly csv: string | undefined
  readonly html: string | undefined
}

/** Writes a file that is there whole or not at all, or to a device such as `/dev/stdout`. */
const write = (path: string, text: string): Effect.Effect<void, StorageFailed | WrongUsage> => {
  const fill = (place: string) => withFile(place, path, (sink) => sink.write(text))
  return Effect.flatMap(isDevice(path), (device) => (device ? fill(path) : wholeFile(path, fill)))
}

/** The library of plots is loaded only for a page: it takes a third of a second. */
const page = (report: Report, command: string): Effect.Effect<string> =>
  Effect.flatMap(
    Effect.promise(() => import("../page/page.ts")),
    ({ pageHtml }) => pageHtml(report, command)
  )

export const writePage = (
  report: Report,
  command: string,
  path: string
): Effect.Effect<void, StorageFailed | WrongUsage> =>
  Effect.flatMap(page(report, command), (text) => write(path, text))

/** Shows the report on stdout, unless it goes into files; those are named on stderr, where they disturb no pipe. */
export const deliverReport = (
  report: Report,
  command: string,
  { csv, html, json }: Forms
): Effect.Effect<void, StorageFailed | WrongUsage> =>
  Effect.gen(function* () {
    const wrote = (path: string) => Console.error(`wrote ${printable(path)}`)
    for (const { path, text } of csv === undefined ? [] : csvFiles(report, csv)) {
      yield* write(path, text)
      yield* wrote(path)
    }
    if (html !== undefined) {
      yield* writePage(report, command, html)
      yield* wrote(html)
    }
    if (json) yield* standardOutput.write(reportJson(report, command))
    else if (csv === undefined && html === undefined)
      yield* standardOutput.write(`${reportLines(report, command, terminalScreen()).join("\n")}\n`)
  })
