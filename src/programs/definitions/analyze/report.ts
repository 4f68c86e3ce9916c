/** Defines the programs of `kalshi analyze`: what every report accepts, and how it is made and shown. */
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import type { ReportEffect } from "../../../layers/reports/statements.ts"
import type { Example, Options, Program, ValuesOf } from "../../cli/definition.ts"
import { type Argument, oneOf, option, optionOr, positive, text } from "../../cli/option.ts"
import { resolve } from "../../cli/resolve.ts"
import { typedCommand } from "../../cli/shell.ts"
import { moment } from "../../cli/time.ts"
import { categories, seriesTickers } from "../../cli/words.ts"
import * as shared from "../shared.ts"

const times = {
  from: option({
    value: "TIME",
    about: "From this time on: a date, a time in UTC, or an age such as 30d",
    parse: moment
  }),
  to: option({ value: "TIME", about: "Before this time, or an age", parse: moment })
}

const population = {
  series: option({
    value: "SERIES",
    about: "Only these series, comma-separated, such as KXHIGHNY",
    otherwise: "all",
    parse: seriesTickers
  }),
  category: option({
    value: "NAMES",
    about: "Only these categories, comma-separated, such as Politics",
    otherwise: "all",
    parse: categories
  }),
  minVolume: option({
    value: "N",
    about: "Only markets in which at least so many contracts were traded",
    otherwise: "any",
    parse: positive
  }),
  combos: optionOr("exclude", {
    value: "WHICH",
    about: "Markets that combine others: exclude, only or include",
    choices: ["exclude", "only", "include"],
    parse: oneOf(["exclude", "only", "include"])
  })
}

const forms = {
  dataDir: shared.dataDir,
  json: shared.json,
  csv: option({
    value: "FILE",
    about: "Write the first table as CSV, and each other table beside it as FILE-<section>.csv",
    parse: text
  }),
  html: option({
    value: "FILE",
    about: "Write a page: one file with plots, tables and methods, without scripts or network",
    parse: text
  })
}

const common = { ...forms, ...times, ...population }

export type ReportValues = ValuesOf<typeof common>

/** The input of a report. */
export interface ReportRequest<V, A> {
  readonly filters: ReportFilters
  /** The values of the report's own options. */
  readonly options: V
  readonly argument: A
}

interface Reported<O extends Options, A> {
  readonly name: string
  /** The line in the list of reports: at most 48 characters, without a full stop. */
  readonly summary: string
  /** Says how the report uses the filters, and which time `--from` and `--to` compare. */
  readonly description: string
  readonly examples: ReadonlyArray<Example>
  /** Whether the report selects markets by the shared filters. One about a given market accepts only times. */
  readonly takes: "filters" | "times"
  /** Options of this report alone. */
  readonly options: O
  readonly argument?: Argument<A>
  /** Loads the function that makes the report. */
  readonly load: () => Promise<(request: ReportRequest<ValuesOf<O>, A>) => ReportEffect>
}

export const report = <const O extends Options, A = undefined>({
  argument,
  load,
  options,
  takes,
  ...about
}: Reported<O, A>): Program => {
  const accepted = takes === "filters" ? { ...population, ...times } : times
  return {
    ...about,
    group: "Look",
    argument,
    options: { ...options, ...accepted, ...forms },
    prepare: (words, environment) => {
      const { values } = resolve({ options: common }, words, environment)
      const own = resolve<O, A>({ options, argument }, words, environment)
      const command = typedCommand(`analyze ${about.name}`, words, { dataDir: values.dataDir })
      return {
        untilStopped: false,
        load: async () => {
          const [{ analyze }, make] = await Promise.all([import("../../commands/analyze.ts"), load()])
          return analyze(values, command, (filters) =>
            make({ filters, options: own.values, argument: own.argument })
          )
        }
      }
    }
  }
}
