/**
 * `price_snapshots`: the quote of every open market in every slot, taken only from the listings of open
 * markets of the feeds `markets` and `combos`. If a listing contains a market that is not open, its quote is
 * left out and the market is reported. Fields that cannot be read are reported by the `markets` projection.
 */
import { Array as Arr } from "effect"
import { COMBOS_FEED, MARKETS_FEED } from "../../endpoints.ts"
import { slotText } from "../../units/time.ts"
import { cents, contracts } from "../cells.ts"
import type { Market } from "../markets/market.ts"
import * as wire from "../markets/wire/market.ts"
import type { FactTable, Projection } from "../projection.ts"
import { unread } from "../told.ts"
import { NAME_CHARS_MAX, problem, type WireProblem } from "../wire/shape.ts"

const slots: FactTable = {
  kind: "facts",
  name: "price_slots",
  columns: ["slot", "snapshot_time"],
  key: ["slot"]
}

const pages: FactTable = { kind: "facts", name: "price_pages", columns: ["seq", "observed_at"], key: ["seq"] }

const rows: FactTable = {
  kind: "facts",
  name: "price_rows",
  columns: [
    "slot",
    "market",
    "seq",
    "yes_bid",
    "yes_ask",
    "no_bid",
    "no_ask",
    "last_price",
    "volume",
    "volume_24h",
    "open_interest",
    "liquidity",
    "yes_bid_size",
    "yes_ask_size"
  ],
  key: ["slot", "market"]
}

const feeds = new Set([MARKETS_FEED, COMBOS_FEED])

const asksForOpen = (request: string): boolean =>
  new URLSearchParams(request.split("?")[1] ?? "").get("status") === "open"

const OPEN = new Set(["active", "open"])

/** The statuses, past and present, of a market that is not open yet, is paused, or has closed. */
const NOT_OPEN = new Set([
  "initialized",
  "unopened",
  "inactive",
  "paused",
  "closed",
  "determined",
  "disputed",
  "amended",
  "finalized",
  "settled"
])

/**
 * Tells whether a quote is kept. A quote cannot be fetched again, so one with an unknown or unreadable status
 * is kept.
 */
const isOpen = ({ status }: Market): boolean => status === unread || !NOT_OPEN.has(status)

const expectedStatus = "the status of an open market, as was asked for"

const notOpen = ({ status, ticker }: Market): WireProblem => ({
  ...problem(`${ticker}.status`, expectedStatus, status),
  part: `${ticker}.status`
})

/** Reports each unknown status once, and not once per market. */
const unknownWords = (open: ReadonlyArray<Market>): ReadonlyArray<WireProblem> => {
  const words = new Set(open.map(({ status }) => status))
  return [...words].flatMap((word) =>
    word === unread || OPEN.has(word)
      ? []
      : [{ ...problem("status", expectedStatus, word), part: `status ${word.slice(0, NAME_CHARS_MAX)}` }]
  )
}

export const priceSnapshots: Projection = {
  name: "price_snapshots",
  version: 3,
  tables: [slots, pages, rows],
  reads: ({ endpoint, feed, request }) =>
    feeds.has(feed) && endpoint === "GET /markets" && asksForOpen(request),
  project: (reading) => {
    const { observedAt, seq, slot } = reading.observation
    const [closed, open] = Arr.partition(reading.items(wire.markets).items, isOpen)
    return {
      rows:
        open.length === 0
          ? []
          : [
              { table: slots, rows: [[slot, slotText(slot)]] },
              { table: pages, rows: [[seq, observedAt]] },
              {
                table: rows,
                rows: open.map(({ quote, ticker }) => [
                  slot,
                  ticker,
                  seq,
                  cents(quote.yesBid),
                  cents(quote.yesAsk),
                  cents(quote.noBid),
                  cents(quote.noAsk),
                  cents(quote.lastPrice),
                  contracts(quote.volume),
                  contracts(quote.volume24h),
                  contracts(quote.openInterest),
                  cents(quote.liquidity),
                  contracts(quote.yesBidSize),
                  contracts(quote.yesAskSize)
                ])
              }
            ],
      problems: [...closed.map(notOpen), ...unknownWords(open)]
    }
  }
}
