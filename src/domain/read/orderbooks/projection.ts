/**
 * `orderbook_snapshots`: every level of every whole book that was recorded. A book that came twice in a
 * slot counts as it came last, all of it: levels belong to the answer that brought them. Books without
 * levels leave a row in `orderbook_books`, which tells them from books that nobody asked for; the
 * exchange answers with an empty book for closed and unknown markets too.
 */

import { slotText } from "../../units/time.ts"
import { cents, contracts } from "../cells.ts"
import type { Cell, FactTable, Projection } from "../projection.ts"
import { problem, type WireProblem } from "../wire/shape.ts"
import type { Level, Side } from "./orderbook.ts"
import { books as wireBooks } from "./wire.ts"

const slots: FactTable = {
  kind: "facts",
  name: "orderbook_slots",
  columns: ["slot", "snapshot_time"],
  key: ["slot"]
}

const pages: FactTable = {
  kind: "facts",
  name: "orderbook_pages",
  columns: ["seq", "observed_at"],
  key: ["seq"]
}

const books: FactTable = {
  kind: "facts",
  name: "orderbook_books",
  columns: ["slot", "market", "seq"],
  key: ["slot", "market", "seq"]
}

const levels: FactTable = {
  kind: "facts",
  name: "orderbook_levels",
  columns: ["slot", "market", "seq", "side", "price", "size"],
  key: ["slot", "market", "seq", "side", "price"]
}

const MANY = "GET /markets/orderbooks"
const ALONE = "GET /markets/{ticker}/orderbook"

/** The best levels alone would pass for a thin book; 0 asks for all of them. */
const isWhole = (request: string): boolean => {
  const depth = new URLSearchParams(request.split("?")[1]).get("depth")
  return depth === null || depth === "0"
}

/** Of a request for one book, which names its market in the path. */
const tickerIn = (request: string): string | undefined => {
  const [, ticker] = /^\/markets\/([^/?]+)\/orderbook(?:\?|$)/.exec(request) ?? []
  try {
    return ticker === undefined ? undefined : decodeURIComponent(ticker)
  } catch {
    return undefined
  }
}

export const orderbooks: Projection = {
  name: "orderbooks",
  version: 3,
  tables: [slots, pages, books, levels],
  reads: ({ endpoint, request }) => endpoint === MANY || (endpoint === ALONE && isWhole(request)),
  project: (reading) => {
    const { observedAt, request, seq, slot } = reading.observation
    const { items, problems } = reading.items(wireBooks)
    const asked = tickerIn(request)
    const nameless: Array<WireProblem> = []
    // A market named twice in one answer has the book that stands last.
    const byTicker = new Map<string, (typeof items)[number]>()
    for (const book of items) {
      const ticker = book.ticker ?? asked
      if (ticker === undefined) nameless.push(problem("request", "a request for one market's book", request))
      else byTicker.set(ticker, book)
    }
    const rows = (ticker: string, side: Side, of: ReadonlyArray<Level>): ReadonlyArray<ReadonlyArray<Cell>> =>
      of.map(({ price, size }) => [slot, ticker, seq, side, cents(price), contracts(size)])
    return {
      rows:
        byTicker.size === 0
          ? []
          : [
              { table: slots, rows: [[slot, slotText(slot)]] },
              { table: pages, rows: [[seq, observedAt]] },
              { table: books, rows: [...byTicker.keys()].map((ticker) => [slot, ticker, seq]) },
              {
                table: levels,
                rows: [...byTicker].flatMap(([ticker, { no, yes }]) => [
                  ...rows(ticker, "yes", yes),
                  ...rows(ticker, "no", no)
                ])
              }
            ],
      problems: [...problems, ...nameless]
    }
  }
}
