/**
 * Projects order books. If a book was received twice in a slot, the later one counts. The exchange answers
 * with an empty book for closed and unknown markets too.
 */
import { facts, type Projection } from "../projection.ts"
import { rangeOf } from "../slots.ts"
import { problem, type WireProblem } from "../wire/shape.ts"
import { orderbookBooks, orderbookLevels, orderbookPages, orderbookSlots } from "./table.ts"
import { books as wireBooks } from "./wire.ts"

const MANY = "GET /markets/orderbooks"
const ALONE = "GET /markets/{ticker}/orderbook"

/** Tells whether a request asks for all levels. The best ones alone would pass for a thin book; 0 asks for all. */
const isWhole = (request: string): boolean => {
  const depth = new URLSearchParams(request.split("?")[1]).get("depth")
  return depth === null || depth === "0"
}

const sides = ["yes", "no"] as const

/** Returns the ticker in the path of a request for one book. */
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
  version: 4,
  tables: [orderbookSlots, orderbookPages, orderbookBooks, orderbookLevels],
  reads: ({ endpoint, request }) => endpoint === MANY || (endpoint === ALONE && isWhole(request)),
  project: (reading) => {
    const { observation } = reading
    const { request } = observation
    const { items, problems } = reading.items(wireBooks)
    const requested = tickerIn(request)
    const nameless: Array<WireProblem> = []
    // A market named twice in one answer has the last of its books.
    const byTicker = new Map<string, (typeof items)[number]>()
    for (const book of items) {
      const ticker = book.ticker ?? requested
      if (ticker === undefined) nameless.push(problem("request", "a request for one market's book", request))
      else byTicker.set(ticker, book)
    }
    const levels = [...byTicker].flatMap(([ticker, book]) =>
      sides.flatMap((side) => book[side].map((level) => ({ ...level, ticker, side })))
    )
    return {
      rows:
        byTicker.size === 0
          ? []
          : [
              facts(orderbookSlots, [observation], observation),
              facts(orderbookPages, [rangeOf([observation.slot])], observation),
              facts(orderbookBooks, [...byTicker.keys()], observation),
              facts(orderbookLevels, levels, observation)
            ],
      problems: [...problems, ...nameless]
    }
  }
}
