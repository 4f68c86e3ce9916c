/** The report `history`: the prices of one market, with its trades and its end. */
import { Effect } from "effect"
import { QueryFailed } from "../../../domain/errors.ts"
import type { ReportColumn, ReportSection } from "../../../domain/reports/document.ts"
import type { LineFigure, LinePoint } from "../../../domain/reports/figure.ts"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { formatCell } from "../../../domain/reports/format.ts"
import type { QueryValue } from "../../../services/Analytics.ts"
import { timeOptions } from "../population.ts"
import { type Fields, numberOf, sumOf, tableOf, textOf } from "../rows.ts"
import { type ReportEffect, runAll, tickerFrom } from "../statements.ts"
import { shown } from "../wording.ts"
import * as sql from "./sql.ts"
import { changeSection } from "./terms.ts"

const cents = (value: QueryValue | undefined): string =>
  formatCell(numberOf(value), { label: "", unit: "cents" })

const count = (value: number): string => shown(value, "count")

const timeOf = (value: QueryValue | undefined): string =>
  formatCell(textOf(value), { label: "", unit: "time" })

const pointOf = (fields: Fields): LinePoint => {
  const [low, high] = [numberOf(fields.low), numberOf(fields.high)]
  return {
    x: numberOf(fields.moment) ?? Number.NaN,
    y: numberOf(fields.price),
    ...(low === null ? {} : { low }),
    ...(high === null ? {} : { high })
  }
}

const TIME = { label: "time (UTC)", unit: "time" } as const

const COLUMNS: ReadonlyArray<ReportColumn> = [
  { name: "starts", label: "from", unit: "time" },
  { name: "yes_bid", label: "bid", unit: "cents" },
  { name: "yes_ask", label: "ask", unit: "cents" },
  { name: "lowest_bid", label: "lowest bid", unit: "cents" },
  { name: "highest_ask", label: "highest ask", unit: "cents" },
  { name: "quotes", label: "quotes", unit: "count" },
  { name: "last_trade", label: "last trade", unit: "cents" },
  { name: "trades", label: "trades", unit: "count" },
  { name: "contracts", label: "contracts", unit: "contracts" },
  { name: "taker_yes_contracts", label: "taker YES", unit: "contracts" },
  { name: "taker_no_contracts", label: "taker NO", unit: "contracts" }
]

/** The largest number of changes of terms that are marked; more would hide the line. */
const MARKS_MAX = 6

/** Fields that change with the close and the settlement, which are marked themselves. */
const FOLLOWING = new Set<QueryValue | undefined>([
  "status",
  "result",
  "settlement_ts",
  "settlement_value",
  "expiration_value"
])

/** How far after the last value a mark may stand, by the length of time that is drawn. */
const AFTER_LAST = 0.25

/** The times within the figure at which the market closed, settled, or was described otherwise. */
const marksOf = (
  market: Fields,
  changes: ReadonlyArray<Fields>,
  [first, last]: readonly [number, number]
): NonNullable<LineFigure["marks"]> => {
  const changed = new Map<QueryValue | undefined, Array<string>>()
  for (const { field, observed_at } of changes)
    if (!FOLLOWING.has(field))
      changed.set(observed_at, [...(changed.get(observed_at) ?? []), textOf(field) ?? ""])
  // A market closes and settles after its last quote.
  const end = last + (last - first) * AFTER_LAST
  return [
    ...[...changed].slice(0, MARKS_MAX).map(([at, fields]) => ({ at, label: fields.join(", ") })),
    { at: market.close_time, label: "close" },
    { at: market.settled_at, label: `settled at ${cents(market.yes_payout)}¢` }
  ].flatMap(({ at, label }) => {
    const x = typeof at === "string" ? Date.parse(at) : Number.NaN
    return x >= first && x <= end ? [{ x, label }] : []
  })
}

const endOf = (market: Fields): string => {
  if (market.yes_payout !== null)
    return `It settled at ${timeOf(market.settled_at)} UTC and paid ${cents(market.yes_payout)}¢ for one YES.`
  return `It has not settled: its status is ${textOf(market.status) ?? "unknown"}, and it closes at ${timeOf(market.close_time)} UTC as last announced.`
}

/** The line of the figure, of quotes, or of candles where no quote is recorded, with its words. */
interface PriceLine {
  readonly from: "quotes" | "candles"
  readonly points: ReadonlyArray<LinePoint>
  readonly finding: string
  readonly caption: string
}

const quoteLine = (extent: Fields, prices: ReadonlyArray<Fields>): PriceLine => ({
  from: "quotes",
  points: prices.map(pointOf),
  finding:
    numberOf(extent.first_price) === null
      ? "All quotes of this time are of empty books."
      : `From ${cents(extent.first_price)}¢ at ${timeOf(extent.first)} to ${cents(extent.last_price)}¢ at ${timeOf(extent.last)}, between ${cents(extent.lowest)}¢ and ${cents(extent.highest)}¢; ${numberOf(extent.spread) === null ? "no quote was two-sided" : `the spread of two-sided quotes was ${cents(extent.spread)}¢ on average`}.`,
  caption:
    "The line is half way between bid and ask, and the band is from the bid to the ask. Points are trades. The line is interrupted where no quote was recorded or the book was empty."
})

const candleLine = (candles: ReadonlyArray<Fields>): PriceLine => {
  const points = candles.map(pointOf)
  const minutes = numberOf(candles[0]?.minutes)
  const length = minutes === null ? "" : ` of ${shown(60 * minutes, "seconds")} each`
  return {
    from: "candles",
    points,
    finding: `No quote of it is recorded in this time${points.length === 0 ? "" : `; the prices are those of its candles${length}`}.`,
    caption: `The line is half way between bid and ask at the end of each candle, and the band is from the lowest bid to the highest ask of it. Points are trades.`
  }
}

const priceSection = (
  market: Fields,
  extent: Fields,
  line: PriceLine,
  trades: ReadonlyArray<Fields>,
  changes: ReadonlyArray<Fields>
): ReportSection => {
  const [slots, quotes] = [numberOf(extent.slots) ?? 0, numberOf(extent.quotes) ?? 0]
  const traded = trades.map(pointOf)
  const times = [...line.points, ...traded].map(({ x }) => x)
  const marks = marksOf(market, changes, [Math.min(...times), Math.max(...times)])
  return {
    id: "price",
    title: "Price",
    finding: `${line.finding} ${endOf(market)}`,
    figures:
      times.length === 0
        ? []
        : [
            {
              kind: "lines",
              title: "Price of YES",
              caption: line.caption,
              x: TIME,
              y: { label: "price", unit: "cents", digits: 0, lengthMin: 10 },
              ...(line.points.some(({ y }) => y !== null) ? { band: "from bid to ask" } : {}),
              lines: [
                ...(line.points.length === 0
                  ? []
                  : [{ name: line.from, points: line.points, shape: "step" as const }]),
                ...(traded.length === 0
                  ? []
                  : [
                      {
                        name: "trades",
                        points: traded.map(({ x, y }) => ({ x, y })),
                        shape: "points" as const
                      }
                    ])
              ],
              ...(marks.length === 0 ? {} : { marks })
            }
          ],
    tables: [],
    method: [
      "A side without orders counts as the end of the scale, as the exchange sends it: a missing bid is 0¢ and a missing ask 100¢, so the price of a one-sided book is bounded by the other side. A book without orders has no price.",
      `If several ${line.from} share a point of the plot, the point is the last of them, and the band spans the lowest bid and the highest ask.`,
      `Of ${count(slots)} slots in this time, ${count(quotes)} have a quote of this market, ${count(numberOf(extent.one_sided) ?? 0)} of them one-sided and ${count(numberOf(extent.empty) ?? 0)} empty.`
    ]
  }
}

const periodSection = (periods: ReadonlyArray<Fields>): ReportSection => {
  const volume = periods.map(({ contracts, starts }) => ({
    x: Date.parse(textOf(starts) ?? ""),
    y: numberOf(contracts)
  }))
  const contracts = sumOf(periods, "contracts")
  return {
    id: "periods",
    title: "Trades and quotes by time",
    finding:
      contracts === 0
        ? "No trade of it is recorded in this time."
        : `${shown(contracts, "contracts")} contracts were traded in ${count(sumOf(periods, "trades"))} recorded trades.`,
    figures:
      periods.length < 2 || contracts === 0
        ? []
        : [
            {
              kind: "lines",
              title: "Contracts traded",
              isLow: true,
              caption: `Each column is ${shown(Number(periods[0]?.seconds), "seconds")} long.`,
              x: TIME,
              y: { label: "contracts", unit: "contracts" },
              lines: [{ name: "contracts", points: volume, shape: "columns" }]
            }
          ],
    tables: periods.length === 0 ? [] : [tableOf(COLUMNS, periods)],
    method: [
      "Bid and ask are those of the last quote of the time. A trade belongs to the time at which the exchange says that it was made. The last trade of several at one microsecond is the one with the greatest id."
    ]
  }
}

/** Many titles of markets contain the words of their outcome already. */
const titleOf = (ticker: string, fields: Fields): string => {
  const [title, outcome] = [textOf(fields.title), textOf(fields.yes_sub_title)]
  const isRepeated = title !== null && outcome !== null && title.includes(outcome)
  const words = [title, isRepeated ? null : outcome].filter((word) => word !== null && word !== "")
  return words.length === 0 ? ticker : `${ticker}: ${words.join(" · ")}`
}

export interface HistoryOptions {
  /** By default the market that moved most of late. */
  readonly ticker: string | undefined
  /** Only the times are used. */
  readonly filters: ReportFilters
}

const liveliest = tickerFrom(
  sql.liveliest,
  `no market has ${sql.QUOTES_MIN} recorded quotes with a bid and an ask yet. Name a market: kalshi query "SELECT ticker, title FROM markets" lists them`
)

/** Makes the report. It fails with `QueryFailed` if no such market is recorded. */
export const makeHistoryReport = ({ filters, ticker: named }: HistoryOptions): ReportEffect =>
  Effect.gen(function* () {
    const ticker = named ?? (yield* liveliest)
    const { answers, source } = yield* runAll([
      sql.market(ticker),
      sql.activity(ticker, filters),
      sql.termChanges(ticker, filters),
      sql.candlePoints(ticker, filters)
    ])
    const [[market] = [], activity = [], changes = [], candles = []] = answers
    if (market === undefined)
      return yield* new QueryFailed({
        why: `no market ${ticker} is recorded. Tickers are in capital letters: kalshi query "SELECT ticker, title FROM markets" lists them`
      })
    const of = (wanted: string) => activity.filter(({ kind }) => kind === wanted)
    const [extent = {}] = of("extent")
    const slots = numberOf(extent.slots) ?? 0
    const quotes = numberOf(extent.quotes) ?? 0
    return {
      name: "history",
      title: titleOf(ticker, market),
      question: "What was this market worth over time, and how did it end?",
      options: [{ name: "ticker", value: ticker }, ...timeOptions(filters, "quote")],
      sections: [
        priceSection(
          market,
          extent,
          quotes === 0 ? candleLine(candles) : quoteLine(extent, of("price point")),
          of("trade point"),
          changes
        ),
        periodSection(of("period")),
        changeSection(changes)
      ],
      unit: "slots",
      population: slots,
      included: quotes,
      exclusions:
        slots === quotes
          ? []
          : [{ reason: "without a quote: not recorded, or the market was not open", count: slots - quotes }],
      notes: [],
      source
    }
  })
