/** The report `event`: the markets of one event together, and what their prices sum to. */
import { Effect } from "effect"
import { QueryFailed } from "../../../domain/errors.ts"
import type { ReportColumn, ReportSection } from "../../../domain/reports/document.ts"
import type { Line, LinePoint } from "../../../domain/reports/figure.ts"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { timeOptions } from "../population.ts"
import { type Fields, numberOf, tableOf, textOf } from "../rows.ts"
import { type ReportEffect, run, runAll, tickerFrom } from "../statements.ts"
import { counted, shown } from "../wording.ts"
import * as sql from "./sql.ts"

/** The number of markets that are drawn; more colours could not be told apart. */
const LINES_MAX = 6

const TIME = { label: "time (UTC)", unit: "time" } as const

const COLUMNS: ReadonlyArray<ReportColumn> = [
  { name: "ticker", label: "market", unit: "text" },
  { name: "name", label: "YES means", unit: "text" },
  { name: "first_price", label: "first price", unit: "cents" },
  { name: "last_price", label: "last price", unit: "cents" },
  { name: "yes_bid", label: "bid", unit: "cents" },
  { name: "yes_ask", label: "ask", unit: "cents" },
  { name: "quotes", label: "quotes", unit: "count" },
  { name: "status", label: "status", unit: "text" },
  { name: "yes_payout", label: "paid", unit: "cents" }
]

/** The markets that are drawn: those that paid, then those with the highest last price. */
const drawnOf = (members: ReadonlyArray<Fields>): ReadonlyArray<Fields> => {
  const priced = members.filter((member) => member.last_price !== null)
  const hasPaid = (member: Fields) => member.yes_payout === 100
  return [...priced.filter(hasPaid), ...priced.filter((one) => !hasPaid(one))].slice(0, LINES_MAX)
}

const lineOf = ({ label, ticker }: Fields, prices: ReadonlyArray<Fields>): Line => ({
  name: String(label),
  shape: "step",
  points: prices.flatMap((one) =>
    one.ticker === ticker ? [{ x: Number(one.moment), y: numberOf(one.price) }] : []
  )
})

const marketsSection = (members: ReadonlyArray<Fields>, prices: ReadonlyArray<Fields>): ReportSection => {
  const drawn = drawnOf(members)
  const [first] = members.filter((member) => member.last_price !== null)
  const paid = members.filter((member) => member.yes_payout === 100)
  return {
    id: "markets",
    title: "Its markets",
    finding: [
      counted(members.length, "market"),
      ...(first === undefined
        ? []
        : [
            `; the highest last price is that of ${first.name}, ${shown(Number(first.last_price), "cents")}¢`
          ]),
      ...(paid.length === 0 ? [] : [`; YES was paid for ${paid.map(({ name }) => name).join(", ")}`]),
      "."
    ].join(""),
    figures:
      drawn.length === 0
        ? []
        : [
            {
              kind: "lines",
              title: "Price of YES",
              caption: `${members.length > drawn.length ? `${drawn.length} of ${members.length} markets: those that paid, then those with the highest last price. ` : ""}Half way between bid and ask; interrupted where no quote was recorded or the book was empty.`,
              x: TIME,
              y: { label: "price", unit: "cents", digits: 0, lengthMin: 10 },
              lines: drawn.map((member) => lineOf(member, prices))
            }
          ],
    tables: [tableOf(COLUMNS, members)],
    method: [
      "A price is half way between the bid and the ask of YES, where a missing bid counts as 0¢ and a missing ask as 100¢; a book without orders has no price. First and last are of the quotes in this time."
    ]
  }
}

const sumPoints = (sums: ReadonlyArray<Fields>, members: number): ReadonlyArray<LinePoint> =>
  sums.map(({ asks, bids, markets, moment, price, priced }) => {
    const x = numberOf(moment) ?? Number.NaN
    const [low, high] = [numberOf(bids), numberOf(asks)]
    // A sum over a part of the markets is no sum of the event.
    const isWhole = numberOf(markets) === members
    if (!isWhole || low === null || high === null) return { x, y: null }
    return { x, y: numberOf(priced) === members ? numberOf(price) : (low + high) / 2, low, high }
  })

const sumSection = (event: Fields, members: number, sums: ReadonlyArray<Fields>): ReportSection => {
  const points = sumPoints(sums, members)
  const last = points.findLast(({ y }) => y !== null)
  const exclusive =
    event.mutually_exclusive === true
      ? "At most one of its markets pays, so a sum of bids above 100¢ could be sold for a sure profit before fees; whether one must pay is not said, so a sum of asks below 100¢ need not be one."
      : event.mutually_exclusive === false
        ? "Several of its markets may pay, so the sum has no bound of 100¢."
        : "Whether several of its markets may pay is not recorded."
  const said =
    last?.low === undefined || last.high === undefined || last.y === null || last.y === undefined
      ? "In no slot had all of its markets a quote at once."
      : `When all of its markets last had a quote, their prices summed to ${shown(last.y, "cents")}¢, between ${shown(last.low, "cents")}¢ of bids and ${shown(last.high, "cents")}¢ of asks.`
  return {
    id: "sum",
    title: "Sum of YES",
    finding: `${said} ${exclusive}`,
    figures:
      last === undefined
        ? []
        : [
            {
              kind: "lines",
              title: "Sum of the prices of YES",
              caption: "The band is from the sum of the bids to the sum of the asks.",
              x: TIME,
              y: { label: "sum", unit: "cents", digits: 0, lengthMin: 10 },
              band: "from bids to asks",
              ...(event.mutually_exclusive === true ? { reference: 100 } : {}),
              lines: [{ name: "sum of prices", points, shape: "step" }]
            }
          ],
    tables: [],
    method: [
      `Sums are taken only where all ${members} markets of the event have a quote in the same slot, with 0¢ for a missing bid and 100¢ for a missing ask.`
    ]
  }
}

export interface EventOptions {
  /** By default the event whose prices moved most in the last day. */
  readonly event: string | undefined
  /** Only the times are used. */
  readonly filters: ReportFilters
}

const busiest = tickerFrom(
  sql.busiest,
  'no event has several markets with quotes yet. Name an event: kalshi query "SELECT event_ticker, title FROM events" lists them'
)

/** Makes the report. It fails with `QueryFailed` if no market of such an event is recorded. */
export const makeEventReport = ({ event: named, filters }: EventOptions): ReportEffect =>
  Effect.gen(function* () {
    const ticker = named ?? (yield* busiest)
    const tickers = (yield* run(sql.tickers(ticker))).map(({ ticker }) => String(ticker))
    if (tickers.length === 0)
      return yield* new QueryFailed({
        why: `no market of an event ${ticker} is recorded. Tickers are in capital letters: kalshi query "SELECT event_ticker, title FROM events" lists them`
      })
    const { answers, source } = yield* runAll([
      sql.event(ticker),
      sql.members(tickers, filters),
      sql.prices(tickers, filters),
      sql.sums(tickers, filters),
      sql.counts(tickers, filters)
    ])
    const [[event = {}] = [], members = [], prices = [], sums = [], [counts] = []] = answers
    const title = textOf(event.title)
    const [slots, quoted] = [numberOf(counts?.slots) ?? 0, numberOf(counts?.quoted) ?? 0]
    return {
      name: "event",
      title: title === null || title === "" ? ticker : `${ticker}: ${title}`,
      question: "What were the markets of this event worth together?",
      options: [{ name: "event", value: ticker }, ...timeOptions(filters, "quote")],
      sections: [marketsSection(members, prices), sumSection(event, members.length, sums)],
      unit: "slots",
      population: slots,
      included: quoted,
      exclusions:
        slots === quoted ? [] : [{ reason: "without a quote of any of its markets", count: slots - quoted }],
      notes: [],
      source
    }
  })
