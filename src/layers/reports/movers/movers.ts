/** The report `movers`: the markets whose prices changed most between two slots. */
import { Effect } from "effect"
import { QueryFailed } from "../../../domain/errors.ts"
import type { ReportColumn } from "../../../domain/reports/document.ts"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { formatCell } from "../../../domain/reports/format.ts"
import { filterOptions } from "../population.ts"
import { countedOf, isIncluded, numberOf, sumOf, tableOf } from "../rows.ts"
import { type ReportEffect, run, runAll } from "../statements.ts"
import { counted, shown } from "../wording.ts"
import * as sql from "./sql.ts"

const COLUMNS: ReadonlyArray<ReportColumn> = [
  { name: "ticker", label: "market", unit: "text" },
  { name: "price_before", label: "before", unit: "cents" },
  { name: "price_now", label: "now", unit: "cents" },
  { name: "change", label: "change", unit: "cents" },
  { name: "yes_bid", label: "bid", unit: "cents" },
  { name: "yes_ask", label: "ask", unit: "cents" },
  { name: "traded", label: "traded", unit: "contracts" },
  { name: "outcome", label: "outcome", unit: "text" },
  { name: "category", label: "category", unit: "text" }
]

const timeOf = (iso: string): string => formatCell(iso, { label: "", unit: "time" })

/** The number of markets in the plot. */
const BARS_MAX = 12

export interface MoversOptions {
  /** The later slot is the newest one before `to`; `from` is not used. */
  readonly filters: ReportFilters
  /** The earlier slot is the newest one that is at least so many seconds before the later one. */
  readonly windowSeconds: number
  /** The number of markets that are listed. */
  readonly most: number
}

/** Returns the later and the earlier slot, or the reason for which there are not two. */
const pairOf = (
  slots: ReadonlyArray<string>,
  windowSeconds: number
): Effect.Effect<readonly [later: string, earlier: string], QueryFailed> => {
  const [later] = slots
  if (later === undefined)
    return new QueryFailed({ why: "no complete slot of the feed markets is recorded in this time" })
  const until = Date.parse(later) - windowSeconds * 1000
  const earlier = slots.find((slot) => Date.parse(slot) <= until)
  return earlier === undefined
    ? new QueryFailed({
        why: `no complete slot lies ${shown(windowSeconds, "seconds")} before the newest one, ${later}. The recording begins at ${slots.at(-1)}: choose a shorter --window`
      })
    : Effect.succeed([later, earlier])
}

/** Makes the report. It fails with `QueryFailed` if no two complete slots are so far apart. */
export const makeMoversReport = ({ filters, most, windowSeconds }: MoversOptions): ReportEffect =>
  Effect.gen(function* () {
    const { to } = filters
    const slots = yield* run(sql.slots(to === undefined ? {} : { to }))
    const [later, earlier] = yield* pairOf(
      slots.map(({ slot }) => String(slot)),
      windowSeconds
    )
    const { answers, source } = yield* runAll([
      sql.counts(filters, earlier, later),
      sql.largest(filters, earlier, later, most)
    ])
    const [counts = [], largest = []] = answers
    const compared = counts.filter(isIncluded)
    const [first] = largest
    const span = `From ${timeOf(earlier)} to ${timeOf(later)} UTC`
    return {
      name: "movers",
      title: "Movers",
      question: "Which prices changed most?",
      options: [
        { name: "window", value: shown(windowSeconds, "seconds") },
        { name: "limit", value: String(most) },
        ...filterOptions(filters).filter(({ name }) => name !== "from")
      ],
      sections: [
        {
          id: "movers",
          title: "Largest changes",
          finding:
            first === undefined
              ? "No price changed."
              : `${span}, ${shown(sumOf(compared, "changed"), "count")} of ${counted(sumOf(compared, "markets"), "market")} changed in price; most of all ${first.ticker}, from ${shown(Number(first.price_before), "cents")}¢ to ${shown(Number(first.price_now), "cents")}¢.`,
          figures:
            first === undefined
              ? []
              : [
                  {
                    kind: "bars",
                    title: "Change of the price of YES",
                    caption: `${span}. The table has the outcome of each market.`,
                    category: { label: "market", unit: "text" },
                    value: { label: "change", unit: "cents" },
                    bars: largest
                      .slice(0, BARS_MAX)
                      .map(({ change, ticker }) => ({ category: String(ticker), value: numberOf(change) }))
                  }
                ],
          tables: [tableOf(COLUMNS, largest)],
          method: [
            "The price is half way between bid and ask. A missing bid counts as 0¢ and a missing ask as 100¢, as the exchange sends them, so a change may be an order that came or went; bid and ask of the later slot stand beside it. A book with neither has no price.",
            "Both slots are complete listings of the open markets. Markets that closed between them are not compared, because their last quotes are no prices of an open market."
          ]
        }
      ],
      ...countedOf(counts, "markets"),
      notes: [`The later slot is ${later}, the earlier one ${earlier}.`],
      source
    }
  })
