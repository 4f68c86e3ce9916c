/**
 * Quotes are taken only from the listings of open markets of the feeds `markets` and `combos`. If a listing
 * contains a market that is not open, its quote is left out and the market is reported. Fields that cannot be
 * read are reported by the `markets` projection.
 */

import { Array as Arr } from "effect"
import { COMBOS_FEED, MARKETS_FEED, NAME_CHARS_MAX } from "../../endpoints.ts"
import { unread } from "../field.ts"
import type { Market } from "../markets/market.ts"
import * as wire from "../markets/wire/market.ts"
import { facts, type Projection } from "../projection.ts"
import { rangeOf } from "../slots.ts"
import { problem, type WireProblem } from "../wire/shape.ts"
import { pricePages, priceRows, priceSlots } from "./table.ts"

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
  version: 4,
  tables: [priceSlots, pricePages, priceRows],
  reads: ({ endpoint, feed, request }) =>
    feeds.has(feed) && endpoint === "GET /markets" && asksForOpen(request),
  project: (reading) => {
    const { observation } = reading
    const [closed, open] = Arr.partition(reading.items(wire.markets).items, isOpen)
    return {
      rows:
        open.length === 0
          ? []
          : [
              facts(priceSlots, [observation], observation),
              facts(pricePages, [rangeOf([observation.slot])], observation),
              facts(priceRows, open, observation)
            ],
      problems: [...closed.map(notOpen), ...unknownWords(open)]
    }
  }
}
